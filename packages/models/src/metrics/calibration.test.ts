import { createRandom } from '@vitrine/grad';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brierScore,
  calibrationErrorByChance,
  expectedCalibrationError,
  negativeLogLikelihood,
  reliability,
} from './calibration.js';
import { softmaxRows } from './softmax.js';

const scored = (rows: number[][], labels: number[]) => ({
  classes: rows[0]!.length,
  probabilities: Float32Array.from(rows.flat()),
  labels: Int32Array.from(labels),
});

describe('expectedCalibrationError', () => {
  it('is the gap between confidence and accuracy, weighted by the bins', () => {
    // Four answers of 0.75, three right: no gap. Two of 0.9, one right: a gap of 0.4 for a third of the examples.
    const rows = [0.75, 0.75, 0.75, 0.75, 0.9, 0.9].map((p) => [p, 1 - p]);
    expect(expectedCalibrationError(scored(rows, [0, 0, 0, 1, 0, 1]))).toBeCloseTo(0.4 / 3, 6);
  });

  it('puts certainty into the last bin and finds it right or wrong', () => {
    expect(expectedCalibrationError(scored([[1, 0]], [0]))).toBe(0);
    expect(expectedCalibrationError(scored([[1, 0]], [1]))).toBe(1);
    expect(reliability(scored([[1, 0]], [0])).at(-1)).toEqual({ count: 1, confidence: 1, accuracy: 1 });
  });
});

describe('calibrationErrorByChance', () => {
  it('is what perfectly calibrated answers show on average', () => {
    const random = createRandom(1, 'calibrated');
    const rows = Array.from({ length: 400 }, () => 0.5 + 0.5 * random.uniform()).map((p) => [p, 1 - p]);
    const draws = Array.from({ length: 300 }, () =>
      expectedCalibrationError(
        scored(
          rows,
          rows.map(([p]) => (random.uniform() < p! ? 0 : 1)),
        ),
      ),
    );
    const mean = draws.reduce((sum, error) => sum + error, 0) / draws.length;
    expect(calibrationErrorByChance(scored(rows, new Array<number>(400).fill(0)))).toBeCloseTo(mean, 2.5);
    expect(mean).toBeGreaterThan(0.04);
  });

  it('is none where nothing is left to chance, or there is no example', () => {
    expect(calibrationErrorByChance(scored([[1, 0]], [0]))).toBe(0);
    expect(calibrationErrorByChance({ ...scored([[1, 0]], [0]), labels: new Int32Array(0) })).toBe(0);
  });
});

describe('proper scores', () => {
  it('are worked out by hand for one example', () => {
    const one = scored([[0.5, 0.25, 0.25]], [1]);
    expect(negativeLogLikelihood(one)).toBeCloseTo(Math.log(4), 6);
    expect(brierScore(one)).toBeCloseTo(0.25 + 0.5625 + 0.0625, 6);
  });

  it('stay finite for an impossible truth', () => {
    expect(negativeLogLikelihood(scored([[1, 0]], [1]))).toBeCloseTo(-Math.log(1e-12), 6);
  });
});

describe('softmaxRows', () => {
  it('gives probabilities that sum to 1 and do not change with a shift, at any size', () => {
    const score = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { minLength: 3, maxLength: 3 }), (scores) => {
        const row = softmaxRows(Float32Array.from(scores), 3);
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
        expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
      }),
    );
    expect([...softmaxRows(Float32Array.of(1, 2, 3), 3)]).toEqual([...softmaxRows(Float32Array.of(101, 102, 103), 3)]);
  });
});
