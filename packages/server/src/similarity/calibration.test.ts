import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, likenessOf, type Pair, thresholdFor } from './calibration.js';

/** Pairs at scores from 0 on, of which a share that rises with the score is of one category. */
const pairsOf = (category: string, count: number, isSame: (score: number) => boolean): Pair[] =>
  Array.from({ length: count }, (_, index) => ({ score: index / count, category, same: isSame(index / count) }));
const unrelated = (count: number): Pair[] =>
  pairsOf('any', count, () => false).map((p) => ({ ...p, score: p.score / 2 }));

describe('the calibration of scores', () => {
  it('sets the threshold of a category where enough of the pairs above share it', () => {
    const boots = pairsOf('boots', 200, (score) => score >= 0.7);
    const hats = pairsOf('hats', 200, (score) => score >= 0.4);
    const calibration = calibrate([...boots, ...hats], unrelated(100));
    // Of the pairs above t, those from 0.7 on share the category: 0.3 / (1 − t) = 0.6 at t = 0.5.
    expect(thresholdFor(calibration, 'boots')).toBeCloseTo(0.5, 2);
    expect(thresholdFor(calibration, 'hats')).toBeCloseTo(0, 2);
    const all = thresholdFor(calibration, null);
    expect(all).toBeGreaterThan(0);
    expect(all).toBeLessThan(0.5);
  });

  it('takes that of all for categories with few pairs, or where none can be trusted', () => {
    const boots = pairsOf('boots', 200, (score) => score >= 0.7);
    const few = pairsOf('few', 5, () => false);
    const noise = pairsOf('noise', 100, () => false);
    const calibration = calibrate([...boots, ...few, ...noise], unrelated(100));
    const all = thresholdFor(calibration, null);
    expect(thresholdFor(calibration, 'few')).toBe(all);
    expect(thresholdFor(calibration, 'noise')).toBe(all);
    expect(thresholdFor(calibration, 'never seen')).toBe(all);
    expect(calibration.thresholds[0]).toMatchObject({ category: null, pairs: 305 });
    expect(calibration.thresholds[0]?.precision).toBeGreaterThanOrEqual(0.6);
  });

  it('calls nothing a match where nothing that is found shares its category but by chance', () => {
    const calibration = calibrate(
      pairsOf('boots', 200, (score) => Math.round(score * 200) % 10 === 0),
      unrelated(100),
    );
    expect(thresholdFor(calibration, 'boots')).toBe(1);
  });

  it('says likeness as the share of pairs with such a score', () => {
    const found = pairsOf('boots', 1000, (score) => score >= 0.5);
    const calibration = calibrate(found, unrelated(1000));
    expect(likenessOf(calibration, 0.05)).toBeLessThan(5);
    expect(likenessOf(calibration, 0.95)).toBeGreaterThan(95);
  });

  it('never lets likeness fall as the score rises, whatever the pairs', () => {
    const pair = fc.record({
      score: fc.double({ min: -1, max: 1, noNaN: true }),
      same: fc.boolean(),
      category: fc.constantFrom('a', 'b', null),
    });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 200 }), fc.array(pair, { maxLength: 200 }), (found, random) => {
        const calibration = calibrate(found, random);
        const likeness = Array.from({ length: 81 }, (_, step) => likenessOf(calibration, -1 + step / 40));
        likeness.forEach((value, index) => {
          expect(value).toBeGreaterThanOrEqual(Math.max(0, (likeness[index - 1] ?? 0) - 1e-9));
          expect(value).toBeLessThanOrEqual(100);
        });
      }),
    );
  });

  it('without labels takes for a match what surpasses all but a hundredth of unrelated photos', () => {
    const random = pairsOf('x', 1000, () => false).map((pair) => ({ ...pair, category: null }));
    const calibration = calibrate([], random);
    expect(thresholdFor(calibration, null)).toBeCloseTo(0.99, 2);
    expect(likenessOf(calibration, 0.5)).toBeCloseTo(50, 0);
    expect(calibration.thresholds).toEqual([expect.objectContaining({ category: null, precision: null })]);
  });

  it('takes photos for the same only above what unrelated ones reach', () => {
    const close = unrelated(1000).map((pair) => ({ ...pair, score: 0.98 + pair.score / 30 }));
    expect(calibrate([], close).twin).toBeGreaterThan(0.99);
    expect(calibrate([], unrelated(1000)).twin).toBe(0.985);
  });
});
