import { floatsOf, type Value } from '@vitrine/grad';
import { ArtifactError } from '../../errors.js';
import type { Pool } from './description.js';

/**
 * Vectors [N, F] of length 1 from what a network gave: [N, F], tokens [N, T, F], or maps [N, C, H, W] (`nhwc`:
 * [N, H, W, C]). Of tokens, those count whose `mask` [N, T] is not 0.
 * @throws ArtifactError when it is of another form.
 */
export function pooled(
  value: Value | undefined,
  { pool, layout = 'nchw', mask }: { pool: Pool; layout?: 'nchw' | 'nhwc'; mask?: ArrayLike<number | bigint> },
): { vectors: Float32Array; dimension: number } {
  const data = floatsOf(value);
  const shape = value?.shape ?? [];
  const [n = 0] = shape;
  if (shape.length === 2) return unit({ vectors: Float32Array.from(data), dimension: shape[1]! }, n);
  if (shape.length === 3) return unit(overParts(data, n, [shape[1]!, shape[2]!], { pool, mask }), n);
  if (shape.length === 4 && layout === 'nhwc') {
    return unit(overParts(data, n, [shape[1]! * shape[2]!, shape[3]!], { pool }), n);
  }
  if (shape.length === 4) return unit(overMaps(data, n, shape[1]!, shape[2]! * shape[3]!), n);
  throw new ArtifactError(
    `The network's output has the shape [${shape.join(', ')}]; name one with a vector for each picture or text.`,
  );
}

function overParts(
  data: Float32Array,
  n: number,
  [parts, dimension]: readonly [number, number],
  { pool, mask }: { pool: Pool; mask?: ArrayLike<number | bigint> | undefined },
): { vectors: Float32Array; dimension: number } {
  const vectors = new Float32Array(n * dimension);
  for (let row = 0; row < n; row++) {
    for (let part = 0; part < (pool === 'first' ? 1 : parts); part++) {
      if (mask && pool === 'mean' && !Number(mask[row * parts + part])) continue;
      const start = (row * parts + part) * dimension;
      for (let i = 0; i < dimension; i++) vectors[row * dimension + i]! += data[start + i]!;
    }
  }
  return { vectors, dimension };
}

function overMaps(data: Float32Array, n: number, channels: number, area: number) {
  const sum = (map: number) => data.subarray(map * area, (map + 1) * area).reduce((total, value) => total + value, 0);
  return { vectors: Float32Array.from({ length: n * channels }, (_, map) => sum(map)), dimension: channels };
}

/** Sums serve for means: only the direction counts. A vector of zeros stays. */
function unit(result: { vectors: Float32Array; dimension: number }, n: number): typeof result {
  for (let row = 0; row < n; row++) {
    const vector = result.vectors.subarray(row * result.dimension, (row + 1) * result.dimension);
    const length = Math.hypot(...vector) || 1;
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  }
  return result;
}
