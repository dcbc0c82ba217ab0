import { GradError } from '../errors.js';

/** A batch of weighted bags of row numbers, in compressed rows: bag b holds entries offsets[b] to offsets[b + 1] − 1. */
export interface Bags {
  /** [bags + 1], ascending from 0. */
  readonly offsets: Int32Array;
  /** Row numbers, of all bags one after the other. */
  readonly indices: Int32Array;
  /** Factor per entry, as long as `indices`. Default 1. */
  readonly weights?: Float32Array;
}

/** Throws `feed` unless the bags are well formed and all their entries are rows of a table of `rows`. */
export function checkBags({ offsets, indices, weights }: Bags, rows: number): void {
  const end = offsets.at(-1) ?? -1;
  if (offsets[0] !== 0 || end > indices.length) {
    throw new GradError('feed', `Offsets must start at 0 and end within the ${indices.length} indices.`);
  }
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i]! < offsets[i - 1]!)
      throw new GradError('feed', `The offset of bag ${i} is below the one before it.`);
  }
  if (weights && weights.length < end) {
    throw new GradError('feed', `There are ${weights.length} weights for ${end} indices.`);
  }
  for (let i = 0; i < end; i++) {
    const row = indices[i]!;
    if (row < 0 || row >= rows) throw new GradError('feed', `Row ${row} does not exist in a table of ${rows} rows.`);
  }
}
