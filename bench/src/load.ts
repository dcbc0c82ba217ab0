import { Agent, request } from 'node:http';

export interface Load {
  url: string;
  headers: Record<string, string>;
  /** Sent in turn. */
  bodies: (string | Buffer)[];
  /** Requests a second, evenly spaced. */
  rate: number;
  seconds: number;
}

export interface LoadResult {
  requests: number;
  failures: number;
  /** Milliseconds at a quantile, 0 … 1. */
  quantile(q: number): number;
}

/**
 * An open-loop load: every request is due at its own time, whether or not earlier ones were answered, and its latency counts
 * from when it was due. A stall of the server (or of this process) therefore shows in full.
 */
export async function load({ url, headers, bodies, rate, seconds }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const count = rate * seconds;
  const latencies: number[] = [];
  let failures = 0;
  const start = performance.now();
  const dueAt = (index: number) => start + (index * 1000) / rate;
  const send = (index: number) =>
    new Promise<void>((resolve) => {
      const body = bodies[index % bodies.length] ?? '';
      const done = (ok: boolean) => {
        latencies.push(performance.now() - dueAt(index));
        if (!ok) failures += 1;
        resolve();
      };
      const length = Buffer.byteLength(body);
      const call = request(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': length } },
        (answer) => {
          answer.resume().once('end', () => done(answer.statusCode === 200));
        },
      );
      call.once('error', () => done(false)).end(body);
    });
  const pending: Promise<void>[] = [];
  while (pending.length < count) {
    while (pending.length < count && performance.now() >= dueAt(pending.length)) pending.push(send(pending.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.min(count - 1, Math.floor(q * count))] ?? Number.NaN;
  return { requests: count, failures, quantile };
}
