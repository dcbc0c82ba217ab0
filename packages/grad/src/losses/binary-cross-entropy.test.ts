import { describe, expect, it } from 'vitest';
import { grad } from '../gradient.js';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { binaryCrossEntropy } from './binary-cross-entropy.js';

const logits = { shape: [3, 2], data: normals([3, 2], 'logits') };
const targets = { shape: [3, 2], data: Float32Array.of(1, 0, 0.3, 1, 0, 0) };

describe('binaryCrossEntropy', () => {
  it.each([1, 2.5])('is the mean of its definition, positives weighing %d', async (positiveWeight) => {
    const terms = [...logits.data].map((x, i) => {
      const [p, t] = [1 / (1 + Math.exp(-x)), targets.data[i]!];
      return -positiveWeight * t * Math.log(p) - (1 - t) * Math.log(1 - p);
    });
    const loss = await evaluateOp((x, t) => binaryCrossEntropy(x!, t!, { positiveWeight }), [logits, targets]);
    expect(loss[0]).toBeCloseTo(terms.reduce((a, b) => a + b) / 6, 5);
  });

  it('has a gradient, with a weight per class', async () => {
    for (const weighted of [false, true]) {
      await checkGradient({
        shapes: [[3, 2]],
        op: (x) => {
          const positiveWeight = weighted ? x!.graph.constant(Float32Array.of(3, 0.5)) : 1;
          return binaryCrossEntropy(x!, x!.graph.constant(targets.data, [3, 2]), { positiveWeight });
        },
      });
    }
  });

  it('stays finite for extreme logits', async () => {
    const extreme = [
      { shape: [4], data: Float32Array.of(1e4, -1e4, 1e4, -1e4) },
      { shape: [4], data: Float32Array.of(1, 0, 0, 1) },
    ];
    expect((await evaluateOp((x, t) => binaryCrossEntropy(x!, t!), extreme))[0]).toBe(5000);
    const slope = await evaluateOp((x, t) => grad(binaryCrossEntropy(x!, t!), [x!])[0]!, extreme);
    [0, 0, 0.25, -0.25].forEach((value, i) => {
      expect(slope[i]).toBeCloseTo(value, 6);
    });
  });

  it('refuses targets of another shape', async () => {
    const wrong = { shape: [3], data: Float32Array.of(0, 1, 0) };
    await expect(evaluateOp((x, t) => binaryCrossEntropy(x!, t!), [logits, wrong])).rejects.toMatchObject({
      code: 'shape',
    });
  });
});
