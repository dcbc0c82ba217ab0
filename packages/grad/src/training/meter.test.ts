import { describe, expect, it } from 'vitest';
import { Meter } from './meter.js';

describe('a meter', () => {
  it('tells examples per second and the share of waiting since it was last asked, and the time left by the whole', () => {
    const meter = new Meter(10, 110, 5000);
    for (let step = 0; step < 5; step++) meter.step(32, 50);
    expect(meter.age(6000)).toBe(1000);
    expect(meter.pace(6000)).toMatchObject({
      fraction: 15 / 110,
      secondsLeft: 19,
      examplesPerSecond: 160,
      dataWait: 0.25,
    });
    for (let step = 0; step < 5; step++) meter.step(32, 0);
    // Ten steps took 4 s by now, with a pause among them.
    expect(meter.pace(9000)).toMatchObject({ secondsLeft: 36, examplesPerSecond: 160 / 3, dataWait: 0 });
  });

  it('tells the memory of the process, and only finite numbers before the first step', () => {
    const { memory, ...pace } = new Meter(0, 10, 0).pace(0);
    expect(memory).toBeGreaterThan(10_000_000);
    expect(Object.values(pace).every(Number.isFinite)).toBe(true);
  });
});
