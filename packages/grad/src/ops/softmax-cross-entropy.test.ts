import { describe, expect, it } from 'vitest';
import { checkGradient, evaluateOp, normals } from '../testing/check-gradient.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const logits = normals([4, 3], 'logits');
const labels = Int32Array.of(2, 0, -100, 1);
const classWeights = Float32Array.of(1, 2, 0.5);

/** The definition in PyTorch's documentation of `CrossEntropyLoss`, in double precision. */
function reference(smoothing: number, weights: Float32Array): number {
  let loss = 0;
  let total = 0;
  labels.forEach((label, row) => {
    if (label < 0) return;
    const scores = [...logits.subarray(3 * row, 3 * row + 3)];
    const normalizer = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    scores.forEach((score, k) => {
      const target = (k === label ? 1 - smoothing : 0) + smoothing / 3;
      loss -= weights[k]! * target * (score - normalizer);
    });
    total += weights[label]!;
  });
  return loss / total;
}

describe('softmaxCrossEntropy', () => {
  const inputs = [
    { shape: [4, 3], data: logits },
    { shape: [4], data: labels },
    { shape: [3], data: classWeights },
  ];

  it.each([0, 0.1])(
    'is the mean over labelled examples with smoothing %d, with and without class weights',
    async (labelSmoothing) => {
      const plain = await evaluateOp((x, y) => softmaxCrossEntropy(x!, y!, { labelSmoothing }), inputs.slice(0, 2));
      expect(plain[0]).toBeCloseTo(reference(labelSmoothing, Float32Array.of(1, 1, 1)), 5);
      const weighted = await evaluateOp(
        (x, y, w) => softmaxCrossEntropy(x!, y!, { labelSmoothing, classWeights: w! }),
        inputs,
      );
      expect(weighted[0]).toBeCloseTo(reference(labelSmoothing, classWeights), 5);
    },
  );

  it.each([
    [[4, 3], [4]],
    [
      [2, 5, 3],
      [2, 5],
    ],
    [[1, 3], [1]],
  ])('has a gradient for logits %j', async (shape, labelShape) => {
    const count = labelShape.reduce((p, n) => p * n, 1);
    const pattern = Int32Array.from({ length: count }, (_, i) => [2, 0, -100, 1][i % 4]!);
    await checkGradient({
      shapes: [shape],
      op: (x) =>
        softmaxCrossEntropy(x!, x!.graph.constant(pattern, labelShape), {
          labelSmoothing: 0.1,
          classWeights: x!.graph.constant(classWeights),
        }),
    });
  });

  it('is zero when no example has a label', async () => {
    const none = [inputs[0]!, { shape: [4], data: Int32Array.of(-1, 3, -100, 99) }];
    expect((await evaluateOp((x, y) => softmaxCrossEntropy(x!, y!), none))[0]).toBeCloseTo(0, 10);
  });

  it('refuses labels of another shape', async () => {
    const wrong = [inputs[0]!, { shape: [3], data: Int32Array.of(0, 1, 2) }];
    await expect(evaluateOp((x, y) => softmaxCrossEntropy(x!, y!), wrong)).rejects.toMatchObject({ code: 'shape' });
  });
});
