import { describe, expect, it } from 'vitest';
import { exportOnnx } from '../export/export-onnx.js';
import type { Tensor } from '../graph/tensor.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { normals } from '../testing/check-gradient.js';
import { type LayerUnderTest, runLayer } from '../testing/run-layer.js';
import { type Build, buildModel } from '../training/build.js';
import { attentionPool } from './attention-pool.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { ModelState } from './state.js';

const [TIME, FEATURES] = [5, 3] as const;
const shape = [3, TIME, FEATURES];
const numbers = (name: string, count: number) => normals([count], name).map((value) => value * 0.5);

interface Unfit {
  readonly size?: number;
  readonly layers?: number;
  readonly lengths?: (x: Tensor) => Tensor;
}

describe.each([
  ['lstm', lstm],
  ['gru', gru],
])('%s over sequences of unequal length', (_, layer) => {
  const over =
    (lengths: number[]): LayerUnderTest =>
    (scope, x) => ({
      ...layer(scope, x!, {
        size: 4,
        layers: 2,
        bidirectional: true,
        lengths: x!.graph.constant(Int32Array.from(lengths)),
      }),
    });
  /** The numbers, with `filler` in place of those beyond each sequence's end. */
  const padded = (lengths: number[], filler: number) => (name: string, count: number) =>
    numbers(name, count).map((value, i) => {
      const [step, example] = [Math.floor(i / FEATURES) % TIME, Math.floor(i / FEATURES / TIME)];
      return name === 'x' && step >= lengths[example]! ? filler : value;
    });

  it.each([100, 1e6, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not look at the padding, be it %d, and gives it no gradient',
    async (filler) => {
      const lengths = [5, 2, 3];
      const run = (beyond: number) =>
        runLayer(over(lengths), { inputs: { x: shape }, numbers: padded(lengths, beyond) });
      const [zeros, filled] = [await run(0), await run(filler)];
      for (const name of Object.keys(zeros)) {
        zeros[name]!.forEach((value, i) => {
          expect(filled[name]![i], name).toBeCloseTo(value, 5);
        });
      }
      const slope = padded(lengths, Number.NaN)('x', 3 * TIME * FEATURES);
      filled['d x']!.forEach((value, i) => {
        if (Number.isNaN(slope[i])) expect(value).toBeCloseTo(0, 6);
      });
    },
  );

  it('takes a length above T for T and one below 0 for 0', async () => {
    const run = (lengths: number[]) => runLayer(over(lengths), { inputs: { x: shape }, numbers });
    expect(await run([9, 2, -1])).toEqual(await run([TIME, 2, 0]));
  });

  it('gives zeros for an empty sequence, and finite gradients whatever the inputs', async () => {
    const results = await runLayer(over([0, 5, 1]), {
      inputs: { x: shape },
      numbers: (name, count) => numbers(name, count).map((value) => (name === 'x' ? value * 1e4 : value)),
    });
    expect([...results.sequence!.subarray(0, TIME * 8)].every((value) => value === 0)).toBe(true);
    expect([...results.final!.subarray(0, 8)].every((value) => value === 0)).toBe(true);
    for (const [name, values] of Object.entries(results)) expect(values.every(Number.isFinite), name).toBe(true);
  });

  const floats = (...sizes: number[]) => ({ lengths: (x: Tensor) => x.graph.constant(new Float32Array(3), sizes) });
  const ints = (...sizes: number[]) => ({ lengths: (x: Tensor) => x.graph.constant(new Int32Array(3), sizes) });

  it.each([
    ['x without time', [3, 4], {}, 'shape', /x \[N, T, D\].*not \[3, 4\]/],
    ['x without a step', [3, 0, 4], {}, 'shape', /x \[N, T, D\].*not \[3, 0, 4\]/],
    ['x without a feature', [3, 5, 0], {}, 'shape', /x \[N, T, D\].*not \[3, 5, 0\]/],
    ['lengths in a column', shape, ints(3, 1), 'shape', /lengths .*\[3\], not \[3, 1\]/],
    ['lengths of other sequences', [2, 5, 3], ints(3), 'shape', /lengths .*\[2\], not \[3\]/],
    ['lengths with fractions', shape, floats(3), 'dtype', /lengths .*int32, not float32/],
    ['no layer', shape, { layers: 0 }, 'graph', /layers .*not 0/],
    ['half a layer', shape, { layers: 1.5 }, 'graph', /layers .*not 1.5/],
    ['no state', shape, { size: 0 }, 'graph', /size .*not 0/],
  ])('refuses %s', async (_case, sizes, { lengths, ...options }: Unfit, code, message) => {
    const run = runLayer(
      (scope, x) => ({ ...layer(scope, x!, { size: 4, ...options, ...(lengths && { lengths: lengths(x!) }) }) }),
      { inputs: { x: sizes }, numbers },
    );
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('attentionPool', () => {
  const pool =
    (mask?: number[]): LayerUnderTest =>
    (scope, x) => ({
      ...attentionPool(scope, x!, {
        size: 4,
        ...(mask ? { mask: x!.graph.constant(Float32Array.from(mask), [3, TIME]) } : {}),
      }),
    });

  it('is the mean weighted by the softmax of the scores written out', async () => {
    const { pooled, weights } = await runLayer(pool(), { inputs: { x: shape }, numbers });
    const x = numbers('x', 3 * TIME * FEATURES);
    const [w, b] = [numbers('projection.weight', 4 * FEATURES), numbers('projection.bias', 4)];
    const context = numbers('context', 4);
    for (let n = 0; n < 3; n++) {
      const steps = Array.from({ length: TIME }, (_, t) => [...x.subarray((n * TIME + t) * 3, (n * TIME + t) * 3 + 3)]);
      const powers = steps.map((step) => {
        const hidden = [0, 1, 2, 3].map((k) => Math.tanh(step.reduce((sum, v, d) => sum + v * w[3 * k + d]!, b[k]!)));
        return Math.exp(hidden.reduce((sum, v, k) => sum + v * context[k]!, 0));
      });
      const total = powers.reduce((a, c) => a + c);
      powers.forEach((power, t) => {
        expect(weights![n * TIME + t]).toBeCloseTo(power / total, 5);
      });
      for (let d = 0; d < FEATURES; d++) {
        const expected = steps.reduce((sum, step, t) => sum + (step[d]! * powers[t]!) / total, 0);
        expect(pooled![n * FEATURES + d]).toBeCloseTo(expected, 5);
      }
    }
  });

  it('leaves masked steps out; a row without any is zero', async () => {
    const mask = [1, 1, 0, 0, 1, ...[0, 0, 0, 0, 0], ...[1, 1, 1, 1, 1]];
    const results = await runLayer(pool(mask), { inputs: { x: shape }, numbers });
    const totals = [0, 1, 2].map((n) => results.weights!.subarray(n * TIME, n * TIME + TIME).reduce((a, b) => a + b));
    [1, 0, 1].forEach((total, n) => {
      expect(totals[n]).toBeCloseTo(total, 5);
    });
    expect([...results.pooled!.subarray(FEATURES, 2 * FEATURES)].map(Math.abs)).toEqual([0, 0, 0]);
    results['d x']!.forEach((value, i) => {
      if (mask[Math.floor(i / FEATURES)] === 0) expect(value).toBeCloseTo(0, 10);
      expect(Number.isFinite(value)).toBe(true);
    });
  });

  it.each([1e10, Number.NaN, Number.POSITIVE_INFINITY])('does not look at masked steps, be they %d', async (filler) => {
    const mask = [1, 1, 0, 0, 1, ...[0, 0, 0, 0, 0], ...[1, 1, 1, 1, 1]];
    const run = (masked: number) =>
      runLayer(pool(mask), {
        inputs: { x: shape },
        numbers: (name, count) =>
          numbers(name, count).map((value, i) =>
            name === 'x' && mask[Math.floor(i / FEATURES)] === 0 ? masked : value,
          ),
      });
    expect(await run(filler)).toEqual(await run(0));
  });
});

describe('the gradients of attentionPool', () => {
  const STEP = 1e-2;
  const shapes = { x: shape, 'projection.weight': [4, FEATURES], 'projection.bias': [4], context: [1, 4] };
  const mask = [1, 1, 0, 0, 1, ...[1, 1, 1, 1, 0], ...[1, 1, 1, 1, 1]];
  const pool: LayerUnderTest = (scope, x) =>
    attentionPool(scope, x!, { size: 4, mask: x!.graph.constant(Float32Array.from(mask), [3, TIME]) }).pooled;

  it.each(Object.entries(shapes))('agree with finite differences: %s', async (name, sizes) => {
    const lossWith = async (place: number, moved: number) => {
      const { y } = await runLayer(pool, {
        inputs: { x: shape },
        numbers: (each, count) =>
          numbers(each, count).map((value, i) => (each === name && i === place ? value + moved : value)),
      });
      return y!.reduce((sum, value) => sum + value * value, 0);
    };
    const gradient = (await runLayer(pool, { inputs: { x: shape }, numbers }))[`d ${name}`]!;
    expect(gradient).toHaveLength(sizes.reduce((a, b) => a * b, 1));
    const largest = Math.max(...gradient.map(Math.abs));
    for (let i = 0; i < gradient.length; i += Math.ceil(gradient.length / 8)) {
      const slope = ((await lossWith(i, STEP)) - (await lossWith(i, -STEP))) / (2 * STEP);
      expect(Math.abs(slope - gradient[i]!) / largest, `${name}[${i}]`).toBeLessThan(5e-3);
    }
  });
});

describe('layers over time', () => {
  const build: Build = ({ scope, input }) => {
    const [x, lengths] = [input('x', [TIME, FEATURES]), input('lengths', [], 'int32')];
    const options = { size: 4, bidirectional: true, lengths };
    const first = lstm(scope.child('lstm'), x, options);
    const second = gru(scope.child('gru'), first.sequence, options);
    const { pooled } = attentionPool(scope.child('pool'), second.sequence, { size: 4 });
    return { loss: zero(x), outputs: { pooled, final: second.final } };
  };
  const zero = (x: Tensor) => x.graph.constant(0);

  it('can be exported for any batch', async () => {
    const state = new ModelState();
    buildModel(build, { state, seed: 1, batch: 2, training: false });
    const model = await openModel(exportOnnx({ build, weights: () => state.snapshot() }), { threads: 1 });
    const x = numbers('x', 3 * TIME * FEATURES);
    const lengths = Int32Array.of(5, 2, 4);
    const together = await model.run({ x, lengths });
    for (const n of [0, 1, 2]) {
      const size = TIME * FEATURES;
      const alone = await model.run({ x: x.slice(n * size, n * size + size), lengths: lengths.slice(n, n + 1) });
      for (const name of ['pooled', 'final']) {
        floatsOf(alone[name]).forEach((value, i, { length }) => {
          expect(floatsOf(together[name])[n * length + i]).toBeCloseTo(value, 5);
        });
      }
    }
    await model.release();
  });
});
