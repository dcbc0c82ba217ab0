import type { Index } from 'usearch';

/** Neighbours kept per vector; candidates looked at when one is added (M and efConstruction of Malkov & Yashunin 2018). */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 128;

/** The library where it has a build for this machine; it is an optional dependency. */
export async function loadUsearch(): Promise<typeof import('usearch') | undefined> {
  try {
    return await import('usearch');
  } catch {
    return undefined;
  }
}

/** An empty graph: inner products of vectors kept as float16. How many candidates a search follows is how many it asks for. */
export function newGraph({ Index, MetricKind, ScalarKind }: typeof import('usearch'), dimensions: number): Index {
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F16,
    connectivity: CONNECTIVITY,
    expansion_add: EXPANSION_ADD,
    expansion_search: 1,
    multi: false,
  });
}
