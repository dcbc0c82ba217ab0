import { describe, expect, it } from 'vitest';
import { constant, cosine, type OneCycleOptions, oneCycle, stepDecay, warmUp } from './schedule.js';

describe('schedules', () => {
  it('constant stays', () => {
    expect([0, 1, 1000].map(constant(0.1))).toEqual([0.1, 0.1, 0.1]);
  });

  it('cosine falls from the rate to the floor and stays there', () => {
    const lr = cosine(1, 10, 0.2);
    expect(lr(0)).toBe(1);
    expect(lr(5)).toBeCloseTo(0.6, 12);
    expect(lr(10)).toBeCloseTo(0.2, 12);
    expect(lr(50)).toBeCloseTo(0.2, 12);
  });

  it('stepDecay falls by the factor at each multiple', () => {
    expect([0, 9, 10, 19, 20].map(stepDecay(1, 10, 0.5))).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it('warmUp rises linearly to where the other schedule starts', () => {
    expect([0, 1, 2, 3, 4].map(warmUp(4, constant(2)))).toEqual([0.5, 1, 1.5, 2, 2]);
    expect(warmUp(4, cosine(1, 10))(14)).toBeCloseTo(0, 12);
  });

  it('oneCycle gives the rates of PyTorch’s OneCycleLR(max_lr=1, total_steps=10)', () => {
    // By its formula: cosine from 1/25 at step 0 to 1 at step 2, then to 1/25e4 at step 9.
    const lr = oneCycle(1, 10);
    const between = (from: number, to: number, part: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
    expect(lr(0)).toBeCloseTo(0.04, 12);
    expect(lr(1)).toBeCloseTo(between(0.04, 1, 1 / 2), 12);
    expect(lr(2)).toBeCloseTo(1, 12);
    expect(lr(5)).toBeCloseTo(between(1, 0.04 / 1e4, 3 / 7), 12);
    expect(lr(9)).toBeCloseTo(0.04 / 1e4, 12);
    expect(lr(99)).toBeCloseTo(0.04 / 1e4, 12);
  });

  // What PyTorch 1.13 gives for OneCycleLR(max_lr=1, total_steps=5) with pct_start, div_factor and final_div_factor.
  it.each<[OneCycleOptions, number[]]>([
    [{ rising: 0.5, startDivisor: 10, endDivisor: 100 }, [0.1, 0.775, 0.90460398869, 0.34614601131, 0.001]],
    [{ rising: 0 }, [0.904508879153, 0.654509879153, 0.345494120847, 0.0954951208465, 4e-6]],
    [{ rising: 0.1 }, [0.969846431008, 0.750001, 0.413178258463, 0.116981310529, 4e-6]],
    [{ rising: 1 }, [0.04, 0.18058874503, 0.52, 0.85941125497, 1]],
  ])('oneCycle gives them with %j too', (options, expected) => {
    const lr = oneCycle(1, 5, options);
    expected.forEach((rate, step) => {
      expect(lr(step)).toBeCloseTo(rate, 11);
    });
  });
});
