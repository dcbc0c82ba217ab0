import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What `/metrics` tells, in Prometheus' format. Each server has its own registry, so that several may share a process. */
export class Metrics {
  readonly registry = new Registry();
  /** Predictions by task and outcome (`ok` or an error code). */
  readonly predictions = new Counter({
    name: 'vitrine_predictions_total',
    help: 'Predictions answered',
    labelNames: ['task', 'outcome'] as const,
    registers: [this.registry],
  });
  readonly predictionSeconds = new Histogram({
    name: 'vitrine_prediction_seconds',
    help: 'Time from request to prediction, in seconds',
    labelNames: ['task'] as const,
    buckets: latencyBuckets,
    registers: [this.registry],
  });
  readonly #requests = new Histogram({
    name: 'vitrine_http_request_seconds',
    help: 'Time to answer, in seconds',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: latencyBuckets,
    registers: [this.registry],
  });
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    const registers = [this.registry];
    const gauges: [name: string, help: string, read: () => number][] = [
      ['process_resident_memory_bytes', 'Resident memory in bytes', () => process.memoryUsage.rss()],
      [
        'process_cpu_seconds_total',
        'User and system time in seconds',
        () => {
          const { user, system } = process.cpuUsage();
          return (user + system) / 1e6;
        },
      ],
      ['process_start_time_seconds', 'Start time since the epoch', () => Date.now() / 1000 - process.uptime()],
      [
        'nodejs_eventloop_lag_p99_seconds',
        'Event loop delay, 99th percentile',
        () => this.#loopDelay.percentile(99) / 1e9,
      ],
    ];
    for (const [name, help, read] of gauges)
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    this.#loopDelay.enable();
  }

  /** Counts and times every request by its route's pattern. */
  observe(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      this.#requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    });
  }

  close(): void {
    this.#loopDelay.disable();
    this.registry.clear();
  }
}
