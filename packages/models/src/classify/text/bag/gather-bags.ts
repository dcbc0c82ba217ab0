import type { Bags } from '@vitrine/grad';

/** The weighted sum of the table's rows, `dim` numbers each, in each bag: [bags × dim]. */
export function gatherBags(table: Float32Array, dim: number, { offsets, indices, weights }: Bags): Float32Array {
  const sums = new Float32Array((offsets.length - 1) * dim);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let entry = offsets[b]!; entry < offsets[b + 1]!; entry++) {
      const from = indices[entry]! * dim;
      const weight = weights?.[entry] ?? 1;
      for (let d = 0; d < dim; d++) sums[b * dim + d] = sums[b * dim + d]! + weight * table[from + d]!;
    }
  }
  return sums;
}
