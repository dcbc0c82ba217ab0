import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import type { Tensor } from '../graph/tensor.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { clamp } from './clamp.js';
import { div } from './div.js';
import { exp } from './exp.js';
import { gelu } from './gelu.js';
import { hardSigmoid } from './hard-sigmoid.js';
import { hardSwish } from './hard-swish.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { pow } from './pow.js';
import { relu } from './relu.js';
import { sigmoid } from './sigmoid.js';
import { silu } from './silu.js';
import { softplus } from './softplus.js';
import { sqrt } from './sqrt.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { tanh } from './tanh.js';

/** The error function by its Taylor series, good to double precision for the small arguments used here. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const anywhere = (x: number) => x;
/** Away from zero, where a kink or a pole would spoil difference quotients. */
const awayFromZero = (x: number) => x + Math.sign(x) * 0.1;
/** Moves what lies within 0.05 of a kink away from it. */
const aroundKinks =
  (...kinks: number[]) =>
  (x: number) =>
    kinks.some((kink) => Math.abs(x - kink) < 0.05) ? x + 0.1 : x;
const positive = (x: number) => Math.abs(x) + 0.5;

const unary: [string, (x: Tensor) => Tensor, (x: number) => number, (x: number) => number][] = [
  ['abs', abs, Math.abs, awayFromZero],
  ['clamp', (x) => clamp(x, -0.6, 1.1), (x) => Math.min(Math.max(x, -0.6), 1.1), aroundKinks(-0.6, 1.1)],
  ['exp', exp, Math.exp, anywhere],
  ['gelu', gelu, (x) => x * 0.5 * (1 + erf(x / Math.SQRT2)), anywhere],
  ['hardSigmoid', hardSigmoid, (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1), (x) => aroundKinks(-3, 3)(3 * x)],
  ['hardSwish', hardSwish, (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1), (x) => aroundKinks(-3, 3)(3 * x)],
  ['log', log, Math.log, positive],
  ['neg', neg, (x) => -x, anywhere],
  ['pow 3', (x) => pow(x, 3), (x) => x ** 3, awayFromZero],
  ['pow 1.5', (x) => pow(x, 1.5), (x) => x ** 1.5, positive],
  ['relu', relu, (x) => Math.max(x, 0), awayFromZero],
  ['sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x)), anywhere],
  ['silu', silu, (x) => x / (1 + Math.exp(-x)), anywhere],
  ['softplus', softplus, (x) => Math.log1p(Math.exp(x)), anywhere],
  ['sqrt', sqrt, Math.sqrt, positive],
  ['square', square, (x) => x * x, anywhere],
  ['tanh', tanh, Math.tanh, anywhere],
];

describe.each(unary)('%s', (_, op, reference, domain) => {
  it.each([[[]], [[7]], [[3, 5]], [[2, 1, 33]]])(
    'has the value of its definition and the gradient of its value for %j',
    async (shape) => {
      const data = normals(shape).map(domain);
      const y = await evaluateOp(op, [{ shape, data }]);
      y.forEach((value, i) => {
        expect(value).toBeCloseTo(reference(data[i]!), 4);
      });
      await checkGradient({ shapes: [shape], op, values: (_index, like) => normals(like).map(domain) });
    },
  );
});

describe('relu', () => {
  it('has the gradient zero at zero', async () => {
    const slope = (x: Tensor) => grad(sum(relu(x)), [x])[0]!;
    expect([...(await evaluateOp(slope, [{ shape: [3], data: Float32Array.of(-1, 0, 1) }]))]).toEqual([0, 0, 1]);
  });
});

describe('pow', () => {
  it('to 0 is 1 everywhere, with the gradient zero, at zero too', async () => {
    const x = { shape: [3], data: Float32Array.of(-1, 0, 2) };
    expect([...(await evaluateOp((t) => pow(t!, 0), [x]))]).toEqual([1, 1, 1]);
    expect([...(await evaluateOp((t) => grad(sum(pow(t!, 0)), [t!])[0]!, [x]))]).toEqual([0, 0, 0]);
  });

  it('has the gradients of x and x² at zero', async () => {
    const x = { shape: [3], data: Float32Array.of(-1, 0, 2) };
    expect([...(await evaluateOp((t) => grad(sum(pow(t!, 1)), [t!])[0]!, [x]))]).toEqual([1, 1, 1]);
    expect([...(await evaluateOp((t) => grad(sum(pow(t!, 2)), [t!])[0]!, [x]))]).toEqual([-2, 0, 4]);
  });
});

describe('values far from zero', () => {
  const far = { shape: [4], data: Float32Array.of(-1e4, -100, 100, 1e4) };
  const slopeOf = (op: (x: Tensor) => Tensor) => evaluateOp((x) => grad(sum(op(x!)), [x!])[0]!, [far]);

  it('overflow neither in softplus nor in its gradient', async () => {
    const [y, slope] = [await evaluateOp((x) => softplus(x!), [far]), await slopeOf(softplus)];
    far.data.forEach((x, i) => {
      expect(y[i]).toBeCloseTo(Math.max(x, 0), 6);
      expect(slope[i]).toBeCloseTo(x > 0 ? 1 : 0, 6);
    });
  });

  it('leave hard sigmoid and clamp flat', async () => {
    expect([...(await evaluateOp((x) => hardSigmoid(x!), [far]))]).toEqual([0, 0, 1, 1]);
    expect([...(await slopeOf(hardSigmoid))]).toEqual([0, 0, 0, 0]);
    expect([...(await slopeOf((x) => clamp(x, -200, 200)))]).toEqual([0, 1, 1, 0]);
  });

  it('have the slope 0 or 1 in hard swish, endless ones too', async () => {
    const endless = { shape: [4], data: Float32Array.of(-Infinity, -3, 3, Infinity) };
    expect([...(await slopeOf(hardSwish))]).toEqual([0, 0, 1, 1]);
    expect([...(await evaluateOp((x) => grad(sum(hardSwish(x!)), [x!])[0]!, [endless]))]).toEqual([0, 0, 1, 1]);
  });

  it('have the slope 0, −1 or 1 in abs', async () => {
    const signs = { shape: [3], data: Float32Array.of(-2, 0, 3) };
    expect([...(await evaluateOp((x) => grad(sum(abs(x!)), [x!])[0]!, [signs]))]).toEqual([-1, 0, 1]);
  });
});

describe('clamp', () => {
  it('refuses an empty range', async () => {
    await expect(evaluateOp((x) => clamp(x!, 1, 1), [{ shape: [1], data: Float32Array.of(0) }])).rejects.toMatchObject({
      code: 'shape',
    });
  });
});

const binary: [string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number][] = [
  ['add', add, (a, b) => a + b],
  ['sub', sub, (a, b) => a - b],
  ['mul', mul, (a, b) => a * b],
  ['div', div, (a, b) => a / b],
];

/** Element of `data` at a position of the broadcast result. */
function at(data: Float32Array, shape: readonly number[], position: readonly number[]): number {
  const own = position.slice(position.length - shape.length);
  return data[shape.reduce((index, size, axis) => index * size + (size === 1 ? 0 : own[axis]!), 0)]!;
}

describe.each(binary)('%s', (_, op, reference) => {
  it.each([
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], [4]],
    [
      [3, 1],
      [1, 5],
    ],
    [[], [2, 3]],
    [[5], []],
    [
      [2, 1, 3],
      [4, 1],
    ],
  ])('broadcasts %j with %j, and sums the gradient over what was broadcast', async (a, b) => {
    const left = normals(a, 'a');
    const right = normals(b, 'b').map(positive);
    const shape: number[] = [];
    const y = await evaluateOp(
      (x, z) => {
        const result = op(x, z);
        shape.push(...result.shape);
        return result;
      },
      [
        { shape: a, data: left },
        { shape: b, data: right },
      ],
    );
    y.forEach((value, i) => {
      const position = shape.map(
        (size, axis) => Math.floor(i / shape.slice(axis + 1).reduce((p, n) => p * n, 1)) % size,
      );
      expect(value).toBeCloseTo(reference(at(left, a, position), at(right, b, position)), 4);
    });
    await checkGradient({
      shapes: [a, b],
      op,
      values: (index, like) => (index === 0 ? normals(like, 'a') : normals(like, 'b').map(positive)),
    });
  });

  it('refuses shapes that do not broadcast', async () => {
    await expect(
      evaluateOp(op, [
        { shape: [3], data: normals([3]) },
        { shape: [4], data: normals([4]) },
      ]),
    ).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('arithmetic', () => {
  /** −0 as 0. */
  const withoutSign = (x: number) => x + 0;

  it('distributes multiplication over addition', async () => {
    const triple = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(triple, triple, triple, async (a, b, c) => {
        const inputs = [a, b, c].map((data) => ({ shape: [2, 3], data: Float32Array.from(data) }));
        const factored = await evaluateOp((x, y, z) => mul(x, add(y, z)), inputs);
        const expanded = await evaluateOp((x, y, z) => add(mul(x, y), mul(x, z)), inputs);
        expect(factored.map(withoutSign)).toEqual(expanded.map(withoutSign));
      }),
      { numRuns: 20 },
    );
  });

  it('takes a number for a scalar', async () => {
    const input = { shape: [2], data: Float32Array.of(1, 2) };
    expect([...(await evaluateOp((x) => sub(mul(div(add(x, 3), 2), 10), 1), [input]))]).toEqual([19, 24]);
  });
});
