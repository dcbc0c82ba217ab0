import type { Graph } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';

/** Taken from a logit, it leaves no probability, yet nothing infinite. */
export const EXCLUDED = 1e9;

/** [size, size], EXCLUDED on the diagonal and 0 elsewhere. */
export function diagonalMask(graph: Graph, size: number): Tensor {
  const mask = new Float32Array(size * size);
  for (let i = 0; i < size; i++) mask[i * size + i] = EXCLUDED;
  return graph.constant(mask, [size, size]);
}
