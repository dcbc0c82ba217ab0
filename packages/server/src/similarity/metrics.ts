import { Gauge, Histogram, type Registry } from 'prom-client';
import type { VectorIndex } from '../platform/vectors/vector-index.js';
import type { SearchOptions } from './search.js';

/** Adds what `/metrics` tells of searches. @returns what is to be told of each */
export function searchMetrics(
  registry: Registry,
  index: () => Pick<VectorIndex, 'size' | 'bytes'> | undefined,
): SearchOptions['onSearch'] {
  const registers = [registry];
  new Gauge({
    ...{ name: 'vitrine_index_photos', help: 'Photos in the index that answers searches', registers },
    collect() {
      this.set(index()?.size ?? 0);
    },
  });
  new Gauge({
    ...{ name: 'vitrine_index_bytes', help: 'Bytes that the index takes', registers },
    collect() {
      this.set(index()?.bytes ?? 0);
    },
  });
  const seconds = new Histogram({
    ...{ name: 'vitrine_search_seconds', help: 'Time from request to answer, in seconds', registers },
    labelNames: ['kind', 'outcome'] as const,
    buckets: [0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.12, 0.25, 0.5, 1, 2.5],
  });
  return (kind, outcome, milliseconds) => seconds.observe({ kind, outcome }, milliseconds / 1000);
}
