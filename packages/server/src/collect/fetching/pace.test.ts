import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, Pace, retryAfter } from './pace.js';

const { signal } = new AbortController();
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** After how many milliseconds requests begin that all come now. */
function begins(pace: Pace, many: number): Promise<number[]> {
  const now = Date.now();
  const turns = Array.from({ length: many }, () => pace.turn(signal).then(() => Date.now() - now));
  return vi.runAllTimersAsync().then(() => Promise.all(turns));
}

describe('requests to one host', () => {
  it('begin so far apart, however many come at once', async () => {
    const pace = new Pace(250, clock);
    expect(await begins(pace, 4)).toEqual([0, 250, 500, 750]);
    expect(await begins(pace, 2)).toEqual([250, 500]);
  });

  it('begin at once where the last one is long ago, or nothing is between them', async () => {
    const pace = new Pace(250, clock);
    await begins(pace, 1);
    vi.advanceTimersByTime(1000);
    expect(await begins(pace, 2)).toEqual([0, 250]);
    expect(await begins(new Pace(0, clock), 3)).toEqual([0, 0, 0]);
  });

  it('begin after the longest pause the host asked for', async () => {
    const pace = new Pace(250, clock);
    pace.pause(5000);
    pace.pause(1000);
    expect(await begins(pace, 2)).toEqual([5000, 5250]);
  });

  it('wait longer where the host asks for a pause while they do', async () => {
    const pace = new Pace(5000, clock);
    await begins(pace, 1);
    const waiting = begins(pace, 1);
    vi.advanceTimersByTime(4000);
    pace.pause(3000);
    expect(await waiting).toEqual([7000]);
  });

  it('don’t begin once they are called off', async () => {
    const stop = new AbortController();
    const pace = new Pace(60_000);
    await pace.turn(stop.signal);
    const next = pace.turn(stop.signal);
    stop.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 1969 23:00:00 GMT', 0],
    ['86400', 600_000],
    ['soon', undefined],
    [null, undefined],
  ])('“%s” asks for a pause of %s milliseconds', (header, expected) => {
    expect(retryAfter(header, 0)).toBe(expected);
  });
});
