import { describe, expect, it } from 'vitest';
import { Meter, Progress } from './meter.js';

describe('a meter', () => {
  it('tells examples per second, the share of waiting and the memory of the process', () => {
    const meter = new Meter(5000);
    for (let step = 0; step < 5; step++) meter.step(32, 50);
    expect(meter.age(6000)).toBe(1000);
    const { memory, ...pace } = meter.pace(6000);
    expect(pace).toEqual({ examplesPerSecond: 160, dataWait: 0.25 });
    expect(memory).toBeGreaterThan(10_000_000);
  });

  it('is finite from the first moment', () => {
    expect(Object.values(new Meter(0).pace(0)).every(Number.isFinite)).toBe(true);
  });
});

describe('progress', () => {
  it('tells the time left by the steps since the start, not those before it', () => {
    const progress = new Progress(5000, 10, 110);
    expect(progress.at(15, 6000)).toEqual({ fraction: 15 / 110, secondsLeft: 19 });
    expect(progress.at(10, 5000)).toEqual({ fraction: 10 / 110, secondsLeft: 0 });
  });
});
