import type { Index } from 'usearch';

/** Candidates looked at when a vector is added (efConstruction of Malkov & Yashunin 2018). */
const EXPANSION_ADD = 128;
/** Neighbours kept per vector (their M): with 16, a million vectors are beyond the recall aimed at. */
const CONNECTIVITY = { small: 16, large: 32 };
const LARGE = 200_000;

/** The library where it has a build for this machine; it is an optional dependency. */
export async function loadUsearch(): Promise<typeof import('usearch') | undefined> {
  try {
    return await import('usearch');
  } catch {
    return undefined;
  }
}

/**
 * An empty graph over the inner products of vectors in 8-bit integers: these find what float16 does in half the memory and
 * time, once the best are compared by the full vectors. A search follows as many candidates as it asks for.
 * @param size vectors it is to hold; of a graph that is read from a file, the file says
 */
export function newGraph(
  { Index, MetricKind, ScalarKind }: typeof import('usearch'),
  dimensions: number,
  size: number,
): Index {
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.I8,
    connectivity: size < LARGE ? CONNECTIVITY.small : CONNECTIVITY.large,
    expansion_add: EXPANSION_ADD,
    expansion_search: 1,
    multi: false,
  });
}

/** Numbers from −`largest` to `largest` as integers from −127 to 127; what is beyond is cut off. */
export function quantized(vectors: Float32Array, largest: number): Int8Array {
  const scale = 127 / largest;
  const integers = new Int8Array(vectors.length);
  for (let index = 0; index < vectors.length; index++)
    integers[index] = Math.max(-127, Math.min(127, Math.round((vectors[index] as number) * scale)));
  return integers;
}

/** Of what a graph proposes, how many are compared by their full vectors to find so many. */
export function shortlist(limit: number): number {
  return 2 * limit + 16;
}
