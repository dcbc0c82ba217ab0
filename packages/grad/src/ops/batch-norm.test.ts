import { describe, expect, it } from 'vitest';
import type { Shape } from '../graph/shape.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { expectSameFarFromZero } from '../testing/far-from-zero.js';
import { add } from './add.js';
import { batchNorm, frozenBatchNorm } from './batch-norm.js';
import { mul } from './mul.js';

/** Dividing by a deviation of few numbers curves: the step is shorter than by default. */
const CURVED = { step: 1e-3 };

const shapes: Shape[] = [
  [4, 3, 5, 2],
  [7, 2],
  [2, 5, 3],
  [2, 2, 13, 10],
];

describe.each(shapes)('batchNorm of %s, %s …', (...shape) => {
  const vector = [shape[1]!];
  const perChannel = (data: Float32Array, channel: number) =>
    data.filter((_, i) => Math.floor(i / shape.slice(2).reduce((a, b) => a * b, 1)) % shape[1]! === channel);
  const inputs = [shape, vector, vector].map((each, i) => ({ shape: each, data: normals(each, i) }));

  it('gives each channel the mean `bias` and the deviation `scale`', async () => {
    const y = await evaluateOp((x, scale, bias) => batchNorm(x!, scale!, bias!, { epsilon: 1e-12 }).y, inputs);
    for (let channel = 0; channel < shape[1]!; channel++) {
      const { mean, variance } = moments(perChannel(y, channel));
      expect(mean).toBeCloseTo(inputs[2]!.data[channel]!, 5);
      expect(Math.sqrt(variance)).toBeCloseTo(Math.abs(inputs[1]!.data[channel]!), 4);
    }
  });

  it('reports the mean and the population variance', async () => {
    const means = await evaluateOp((x, scale, bias) => batchNorm(x!, scale!, bias!).mean, inputs);
    const variances = await evaluateOp((x, scale, bias) => batchNorm(x!, scale!, bias!).variance, inputs);
    for (let channel = 0; channel < shape[1]!; channel++) {
      const { mean, variance } = moments(perChannel(inputs[0]!.data, channel));
      expect(means[channel]).toBeCloseTo(mean, 5);
      expect(variances[channel]).toBeCloseTo(variance, 5);
    }
  });

  it('gives numbers a thousand times their deviation away from zero the same value and gradient', async () => {
    await expectSameFarFromZero(shape, (x, scale, bias) => batchNorm(x, scale, bias).y);
  });

  it('has the gradient of its value', async () => {
    await checkGradient(
      { shapes: [shape, vector, vector], op: (x, scale, bias) => batchNorm(x!, scale!, bias!).y },
      CURVED,
    );
  });

  it('has the gradient of its value with frozen statistics', async () => {
    const statistics = normals([2, vector[0]!], 'statistics');
    await checkGradient({
      shapes: [shape, vector, vector],
      op: (x, scale, bias) => {
        const mean = x!.graph.constant(statistics.slice(0, vector[0]!));
        const variance = x!.graph.constant(statistics.slice(vector[0]!).map((v) => 0.5 + v * v));
        return frozenBatchNorm(x!, scale!, bias!, { mean, variance });
      },
    });
  });
});

describe('batchNorm', () => {
  it('keeps its statistics apart from those of other layers', async () => {
    await checkGradient(
      {
        shapes: [[6, 3, 2, 2], [3], [3]],
        op: (x, scale, bias) => {
          const inner = batchNorm(mul(add(x!, 5), x!), scale!, bias!);
          return add(inner.y, batchNorm(mul(inner.y, inner.y), scale!, bias!).y);
        },
      },
      CURVED,
    );
  });

  it('stands a channel of one colour, and one far from zero', async () => {
    const shape = [2, 2, 16, 16];
    const noise = normals([2 * 256], 'noise');
    const data = Float32Array.from({ length: 1024 }, (_, i) =>
      Math.floor(i / 256) % 2 === 0 ? 255 : 20 + noise[(i % 256) + 256 * Math.floor(i / 512)]!,
    );
    const inputs = [
      { shape, data },
      { shape: [2], data: Float32Array.of(1, 1) },
      { shape: [2], data: Float32Array.of(0, 0) },
    ];
    const variance = await evaluateOp((x, scale, bias) => batchNorm(x!, scale!, bias!).variance, inputs);
    const far = moments(noise).variance;
    expect(variance[0]).toBeGreaterThanOrEqual(0);
    expect(variance[0]).toBeLessThan(255 ** 2 * 1e-6);
    expect(variance[1]! / far).toBeCloseTo(1, 3);
    const y = await evaluateOp((x, scale, bias) => batchNorm(x!, scale!, bias!).y, inputs);
    expect(y.every(Number.isFinite)).toBe(true);
  });

  it('refuses vectors that are not one value per channel', async () => {
    const run = evaluateOp(
      (x, scale) => batchNorm(x!, scale!, scale!).y,
      [
        { shape: [2, 3, 4, 4], data: normals([2, 3, 4, 4]) },
        { shape: [4], data: normals([4]) },
      ],
    );
    await expect(run).rejects.toThrow(/one value per channel/);
  });
});

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length };
}
