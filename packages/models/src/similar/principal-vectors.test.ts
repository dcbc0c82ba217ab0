import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { principalVectors } from './principal-vectors.js';

/** Pictures of 40 bytes that vary along 3 directions, with hardly any noise. */
function pictures(count: number): Uint8Array[] {
  const random = createRandom(1, 'pictures');
  const directions = Array.from({ length: 3 }, () => Float32Array.from({ length: 40 }, () => random.normal()));
  return Array.from({ length: count }, () => {
    const weights = directions.map(() => 15 * random.normal());
    return Uint8Array.from(
      { length: 40 },
      (_, i) => 128 + directions.reduce((sum, d, k) => sum + d[i]! * weights[k]!, 0),
    );
  });
}

describe('principalVectors', () => {
  it('keeps the angles between centred pictures that lie in the span of the components', () => {
    const training = pictures(60);
    const [a, b] = [training[0]!, training[1]!];
    const vectors = principalVectors(training, [a, b], 1);
    const dimension = vectors.length / 2;
    const mean = a.map((_, i) => training.reduce((sum, each) => sum + each[i]!, 0) / training.length);
    const centred = [a, b].map((each) => Array.from(each, (value, i) => value - mean[i]!));
    const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x, (v, i) => v * y[i]!).reduce((p, q) => p + q);
    const cosine = dot(centred[0]!, centred[1]!) / Math.hypot(...centred[0]!) / Math.hypot(...centred[1]!);
    expect(dot(vectors.subarray(0, dimension), vectors.subarray(dimension))).toBeCloseTo(cosine, 1);
    expect(Math.hypot(...vectors.subarray(0, dimension))).toBeCloseTo(1, 5);
  });

  it('has no more components than training pictures', () => {
    const some = pictures(5);
    expect(principalVectors(some, some, 1).length / 5).toBeLessThanOrEqual(5);
  });
});
