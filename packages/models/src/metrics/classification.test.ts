import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmaxRows, classificationReport, confusionMatrix, topKAccuracy } from './classification.js';

describe('classificationReport', () => {
  it('gives the figures of scikit-learn for a worked example', () => {
    // y_true = [0,0,0,1,1,2], y_pred = [0,1,0,1,1,0]; class 3 never occurs.
    const matrix = confusionMatrix(Int32Array.of(0, 0, 0, 1, 1, 2), Int32Array.of(0, 1, 0, 1, 1, 0), 4);
    expect(matrix).toEqual([
      [2, 1, 0, 0],
      [0, 2, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    const { accuracy, macroF1, weightedF1, perClass } = classificationReport(matrix);
    expect(accuracy).toBeCloseTo(4 / 6, 12);
    expect(perClass[0]).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, support: 3 });
    expect(perClass[1]).toEqual({ precision: 2 / 3, recall: 1, f1: 4 / 5, support: 2 });
    expect(perClass[2]).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(macroF1).toBeCloseTo((2 / 3 + 4 / 5 + 0) / 3, 12);
    expect(weightedF1).toBeCloseTo((3 * (2 / 3) + 2 * (4 / 5)) / 6, 12);
  });

  it('is 0 everywhere without examples', () => {
    const report = classificationReport(confusionMatrix(new Int32Array(0), new Int32Array(0), 2));
    expect(report).toMatchObject({ accuracy: 0, macroF1: 0, weightedF1: 0 });
  });

  it('counts every example once, and agrees with counting right answers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1 }), (pairs) => {
        const labels = Int32Array.from(pairs, ([label]) => label);
        const predicted = Int32Array.from(pairs, ([, guess]) => guess);
        const matrix = confusionMatrix(labels, predicted, 5);
        expect(matrix.flat().reduce((a, b) => a + b)).toBe(pairs.length);
        const right = pairs.filter(([label, guess]) => label === guess).length;
        expect(classificationReport(matrix).accuracy).toBeCloseTo(right / pairs.length, 12);
      }),
    );
  });
});

describe('topKAccuracy', () => {
  const scored = {
    classes: 3,
    probabilities: Float32Array.of(0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2),
    labels: Int32Array.of(1, 2, 1),
  };

  it('counts labels among the k most probable, ties in favour of the lower class', () => {
    expect(topKAccuracy(scored, 1)).toBeCloseTo(1 / 3, 12);
    expect(topKAccuracy(scored, 2)).toBe(1);
  });

  it('agrees with accuracy for k = 1', () => {
    const predicted = argmaxRows(scored.probabilities, 3);
    expect([...predicted]).toEqual([0, 2, 0]);
  });
});
