import { expect } from 'vitest';
import { grad } from '../gradient.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
import { evaluateOp, normals } from './check-gradient.js';

type Normalization = (x: Tensor, scale: Tensor, shift: Tensor) => Tensor;

/**
 * Checks that a normalization of x [N, C, …] has the same value, and the same gradient of its scale [C], when 1000 is
 * added to x, whose deviation is 1. The numbers are such that both are float32.
 */
export async function expectSameFarFromZero(shape: Shape, normalize: Normalization): Promise<void> {
  const vector = [shape[1]!];
  const near = normals(shape, 'x').map((value) => Math.round(value * 64) / 64);
  const weights = normals(shape, 'weights');
  const results: [string, (...inputs: Tensor[]) => Tensor][] = [
    ['value', (x, scale, shift) => normalize(x!, scale!, shift!)],
    ['gradient', (x, scale, shift, w) => grad(sum(mul(normalize(x!, scale!, shift!), w!)), [scale!])[0]!],
  ];
  for (const [what, result] of results) {
    const evaluate = (data: Float32Array) =>
      evaluateOp(result, [
        { shape, data },
        { shape: vector, data: normals(vector, 'scale') },
        { shape: vector, data: normals(vector, 'shift') },
        { shape, data: weights },
      ]);
    const [expected, actual] = [await evaluate(near), await evaluate(near.map((value) => value + 1000))];
    const largest = Math.max(...expected.map(Math.abs));
    const difference = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
    expect(difference / largest, what).toBeLessThan(1e-3);
  }
}
