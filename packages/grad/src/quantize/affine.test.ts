import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineOf, quantizeWeights } from './affine.js';
import { Histogram } from './histogram.js';

const finite = fc.float({ min: -1e6, max: 1e6, noNaN: true });

describe('eight bits over a range', () => {
  it('hold zero exactly and every value of the range within half a step', () => {
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const range = { low: Math.min(a, b, 0), high: Math.max(a, b, 0) };
        const { scale, zeroPoint } = affineOf(range);
        expect(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint <= 255).toBe(true);
        const value = range.low + share * (range.high - range.low);
        const q = Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint));
        expect(Math.abs(scale * (q - zeroPoint) - value)).toBeLessThanOrEqual(scale * 1.0001);
      }),
    );
  });

  it('start at zero after a ReLU', () => {
    expect(affineOf({ low: 0, high: 51 })).toEqual({ scale: 0.2, zeroPoint: 0 });
  });
});

describe('weights', () => {
  it('use all levels of their own channel', () => {
    const { weights, scales, bias } = quantizeWeights(Float32Array.of(1, -2, 100, 50), Float32Array.of(3, 0), {
      channels: 2,
      inputScale: 0.5,
      bits: 8,
    });
    expect([...weights]).toEqual([64, -127, 127, 64]);
    expect(scales[0]).toBeCloseTo(2 / 127, 6);
    expect(bias[0]! * 0.5 * scales[0]!).toBeCloseTo(3, 2);
  });

  it('leave the outer half of the levels empty with seven bits', () => {
    const { weights } = quantizeWeights(Float32Array.of(1, -3), undefined, { channels: 1, inputScale: 1, bits: 7 });
    expect([...weights]).toEqual([21, -63]);
  });

  it('may be zero, and small beside a large bias', () => {
    const { scales, bias } = quantizeWeights(Float32Array.of(0, 1e-20), Float32Array.of(0, 1000), {
      channels: 2,
      inputScale: 1e-3,
      bits: 8,
    });
    expect(scales.every((scale) => scale > 0 && Number.isFinite(scale))).toBe(true);
    expect(bias[1]! * 1e-3 * scales[1]!).toBeCloseTo(1000, 2);
  });
});

describe('a histogram', () => {
  it('cuts rare values off at either end', () => {
    const histogram = new Histogram({ low: -10, high: 90 });
    histogram.add(Float32Array.of(-10, 90));
    histogram.add(Float32Array.from({ length: 1000 }, (_, i) => i / 1000));
    expect(histogram.range(1).low).toBe(-10);
    const { low, high } = histogram.range(0.99);
    expect(low).toBeGreaterThan(-0.1);
    expect(high).toBeLessThan(1.1);
    expect(high).toBeGreaterThan(0.95);
  });
});
