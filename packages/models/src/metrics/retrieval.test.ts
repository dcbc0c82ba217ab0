import { describe, expect, it } from 'vitest';
import { retrievalMetrics } from './retrieval.js';

/** Vectors in the plane at these angles. */
const at = (...degrees: number[]) =>
  Float32Array.from(degrees.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]));

describe('retrievalMetrics', () => {
  it('is 1 where kinds lie apart and each row finds only its own', () => {
    const angles = Array.from({ length: 22 }, (_, i) => (i < 11 ? i : 180 + i));
    const labels = angles.map((angle) => (angle < 90 ? 0 : 1));
    expect(retrievalMetrics({ vectors: at(...angles), labels })).toEqual({ precisionAt10: 1, knnAccuracy: 1 });
  });

  it('takes the share among as many neighbours as there are', () => {
    // Each of the two of class 0 finds one of its own among three; each of the others likewise.
    const { precisionAt10 } = retrievalMetrics({ vectors: at(0, 1, 50, 51), labels: [0, 0, 1, 1] });
    expect(precisionAt10).toBeCloseTo(1 / 3, 10);
  });

  it('lets the majority of the five nearest decide, and of equals the nearest', () => {
    // The first two see 1 0 0 1 and the last 0 0 1 1: ties, for the nearest; the others see a majority of 1s.
    expect(retrievalMetrics({ vectors: at(0, 1, 3, 7, 15), labels: [1, 1, 0, 0, 1] }).knnAccuracy).toBeCloseTo(2 / 5);
  });

  it('does not count near duplicates as found', () => {
    const vectors = at(0, 0, 90, 90);
    const labels = [0, 0, 1, 1];
    expect(retrievalMetrics({ vectors, labels, groups: [7, 7, 8, 8] }).precisionAt10).toBe(0);
  });

  it('is 0 of nothing', () => {
    expect(retrievalMetrics({ vectors: new Float32Array(0), labels: [] })).toEqual({
      precisionAt10: 0,
      knnAccuracy: 0,
    });
  });
});
