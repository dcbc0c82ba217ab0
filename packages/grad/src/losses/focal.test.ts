import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { softmaxCrossEntropy } from './cross-entropy.js';
import { type FocalOptions, focalLoss } from './focal.js';

const logits = { shape: [4, 3], data: normals([4, 3], 'logits') };
const labels = { shape: [4], data: Int32Array.of(2, 0, -100, 1) };
const weights = { shape: [3], data: Float32Array.of(1, 2, 0.5) };

describe('focalLoss', () => {
  it.each<[FocalOptions, number]>([
    [{}, 2],
    [{ gamma: 0.5 }, 0.5],
    [{ gamma: 1 }, 1],
    [{ gamma: 3 }, 3],
  ])('weighs cross-entropy by (1 − p)^γ with options %j, γ being %d', async (options, gamma) => {
    let expected = 0;
    labels.data.forEach((label, row) => {
      if (label < 0) return;
      const powers = [...logits.data.subarray(3 * row, 3 * row + 3)].map(Math.exp);
      const p = powers[label]! / powers.reduce((a, b) => a + b);
      expected -= ((1 - p) ** gamma * Math.log(p)) / 3;
    });
    const loss = await evaluateOp((x, y) => focalLoss(x!, y!, options), [logits, labels]);
    expect(loss[0]).toBeCloseTo(expected, 5);
  });

  it('is cross-entropy for γ = 0, with weights too', async () => {
    const inputs = [logits, labels, weights];
    const focal = await evaluateOp((x, y, w) => focalLoss(x!, y!, { gamma: 0, classWeights: w! }), inputs);
    const plain = await evaluateOp((x, y, w) => softmaxCrossEntropy(x!, y!, { classWeights: w! }), inputs);
    expect(focal[0]).toBeCloseTo(plain[0]!, 6);
  });

  it.each([0.5, 1, 2])('has a gradient for γ = %d, of rows and of pictures', async (gamma) => {
    await checkGradient({
      shapes: [[4, 3]],
      op: (x) => focalLoss(x!, x!.graph.constant(labels.data), { gamma }),
    });
    const pixels = Int32Array.from({ length: 12 }, (_, i) => [2, 0, 255, 1][i % 4]!);
    await checkGradient({
      shapes: [[2, 3, 2, 3]],
      op: (x) =>
        focalLoss(x!, x!.graph.constant(pixels, [2, 2, 3]), {
          gamma,
          axis: 1,
          ignoreIndex: 0,
          classWeights: x!.graph.constant(weights.data),
        }),
    });
  });

  it.each([0, 0.5, 2])('stays finite where all is certain, right or wrong (γ = %d)', async (gamma) => {
    const certain = { shape: [2, 2], data: Float32Array.of(1e4, -1e4, 1e4, -1e4) };
    const truth = { shape: [2], data: Int32Array.of(0, 1) };
    const loss = await evaluateOp((x, y) => focalLoss(x!, y!, { gamma }), [certain, truth]);
    expect(loss[0]).toBeCloseTo(1e4, 0);
    const slope = await evaluateOp((x, y) => grad(focalLoss(x!, y!, { gamma }), [x!])[0]!, [certain, truth]);
    expect([...slope].map((value) => value + 0)).toEqual([0, 0, 0.5, -0.5]);
  });

  it.each([0, 0.5, 2])('takes a logit of −Infinity for no probability at all (γ = %d)', async (gamma) => {
    const run = async (hidden: number) => {
      const given = [
        { shape: [2, 2], data: Float32Array.of(hidden, 1, 3, hidden) },
        { shape: [2], data: Int32Array.of(1, 0) },
      ];
      const slope = await evaluateOp((x, y) => grad(focalLoss(x!, y!, { gamma }), [x!])[0]!, given);
      return [...(await evaluateOp((x, y) => focalLoss(x!, y!, { gamma }), given)), ...slope];
    };
    expect(await run(Number.NEGATIVE_INFINITY)).toEqual(await run(-1e4));
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses γ = %d', async (gamma) => {
    const run = evaluateOp((x, y) => focalLoss(x!, y!, { gamma }), [logits, labels]);
    await expect(run).rejects.toMatchObject({ code: 'graph', message: expect.stringContaining('gamma must be') });
  });
});
