import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { DType } from '../graph/dtype.js';
import { Graph } from '../graph/graph.js';
import { checkGradient, evaluateOp } from '../testing/check-gradient.js';
import { cast } from './cast.js';
import { mul } from './mul.js';
import { stopGradient } from './stop-gradient.js';
import { sum } from './sum.js';

const numbers = { shape: [6], data: Float32Array.of(-2.7, -0.5, 0, 0.5, 1, 2.7) };

describe('cast', () => {
  it.each<[DType, (x: number) => number]>([
    ['float32', (x) => Math.fround(x)],
    ['int32', Math.trunc],
    ['int64', Math.trunc],
    ['int8', Math.trunc],
    ['bool', (x) => (x === 0 ? 0 : 1)],
  ])('to %s and back keeps what that type holds of a number', async (dtype, reference) => {
    const y = await evaluateOp(
      (x) => {
        const converted = cast(x!, dtype);
        expect([converted.dtype, converted.shape]).toEqual([dtype, x!.shape]);
        return cast(converted, 'float32');
      },
      [numbers],
    );
    // −0 is 0 among integers.
    expect([...y].map((value) => value + 0)).toEqual([...numbers.data].map((x) => reference(x) + 0));
  });

  it('of int32 gives their numbers', async () => {
    const data = Int32Array.of(-3, 0, 7);
    expect([...(await evaluateOp((x) => cast(x!, 'float32'), [{ shape: [3], data }]))]).toEqual([-3, 0, 7]);
  });

  it('to the type it has leaves a tensor and its gradient as they are', async () => {
    await checkGradient({ shapes: [[2, 3]], op: (x) => mul(cast(x!, 'float32'), 3) });
  });

  it('lets no gradient pass: a loss that depends on it is refused unless that is meant', () => {
    const x = new Graph().input('x', [2]);
    const whole = cast(cast(x, 'int32'), 'float32');
    expect(() => grad(sum(whole), [x])).toThrow('through Cast, which has no derivative');
    expect(grad(sum(stopGradient(whole)), [x])).toEqual([undefined]);
  });
});
