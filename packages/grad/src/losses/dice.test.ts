import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { diceLoss } from './dice.js';

const shape = [2, 3, 2, 2];
const logits = { shape, data: normals(shape, 'logits') };
const labels = { shape: [2, 2, 2], data: Int32Array.of(0, 1, 1, 255, 2, 0, 0, 1) };

describe('diceLoss', () => {
  it('is one minus the mean overlap of probabilities and labels', async () => {
    const [shared, sizes] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    labels.data.forEach((label, pixel) => {
      if (label > 2) return;
      const at = (k: number) => logits.data[Math.floor(pixel / 4) * 12 + k * 4 + (pixel % 4)]!;
      const total = [0, 1, 2].reduce((sum, k) => sum + Math.exp(at(k)), 0);
      for (const k of [0, 1, 2]) {
        const p = Math.exp(at(k)) / total;
        if (k === label) shared![k]! += p;
        sizes![k]! += p + (k === label ? 1 : 0);
      }
    });
    const expected = 1 - shared!.reduce((sum, both, k) => sum + (2 * both + 1) / (sizes![k]! + 1), 0) / 3;
    const loss = await evaluateOp((x, y) => diceLoss(x!, y!, { axis: 1 }), [logits, labels]);
    expect(loss[0]).toBeCloseTo(expected, 5);
  });

  it('has a gradient, with a class ignored or not', async () => {
    for (const options of [{ axis: 1 }, { axis: 1, ignoreIndex: 0, smooth: 0.1 }]) {
      await checkGradient({
        shapes: [shape],
        op: (x) => diceLoss(x!, x!.graph.constant(labels.data, [2, 2, 2]), options),
      });
    }
  });

  it('is zero for a perfect answer, near one for a wrong one, and zero without labels', async () => {
    const loss = async (truth: number[]) => {
      const sure = { shape: [400, 2], data: Float32Array.from({ length: 800 }, (_, i) => (i % 2 ? -1e4 : 1e4)) };
      const told = { shape: [400], data: Int32Array.from({ length: 400 }, (_, i) => truth[i % truth.length]!) };
      const slope = await evaluateOp((x, y) => grad(diceLoss(x!, y!), [x!])[0]!, [sure, told]);
      expect(slope.every(Number.isFinite)).toBe(true);
      return (await evaluateOp((x, y) => diceLoss(x!, y!), [sure, told]))[0];
    };
    expect(await loss([0])).toBeCloseTo(0, 6);
    expect(await loss([1])).toBeGreaterThan(0.99);
    expect(await loss([255])).toBeCloseTo(0, 6);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to be smoothed by %d', async (smooth) => {
    const run = evaluateOp((x, y) => diceLoss(x!, y!, { axis: 1, smooth }), [logits, labels]);
    await expect(run).rejects.toMatchObject({ code: 'graph', message: expect.stringContaining('smooth must be') });
  });
});
