import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reporterOf, type TrainingEvent } from '../reporting/events.js';
import { matrixOf } from './algebra/matrix.js';
import { alikePictures } from './alike.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alike-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Of the pictures of the cache 1 and 4 could not be decoded. */
const training = [{ index: 0 }, { index: 2 }, { index: 3 }, { index: 5 }];
const vectors = matrixOf(
  [
    [1, 0],
    [0, 1],
    [0.6, 0.8],
    [1, 0],
  ],
  2,
);

function options(perPicture: number) {
  const events: TrainingEvent[] = [];
  const context = { reporter: reporterOf((event) => events.push(event)), engine: { threads: 1 } };
  return {
    events,
    given: { perPicture, training, directory, context: { ...context, signal: new AbortController().signal } },
  };
}

describe('pictures that look alike', () => {
  it('are told by their place in the cache, where some could not be decoded', async () => {
    const alike = await alikePictures(options(1).given, async () => vectors);
    expect(alike).toEqual({ perPicture: 1, places: Int32Array.of(5, 1, 3, 2, 4, 0) });
  });

  it('are not looked for anew by a training that goes on, unless what it kept is cut short', async () => {
    const look = vi.fn(async () => vectors);
    const first = await alikePictures(options(2).given, look);
    expect(await alikePictures(options(2).given, look)).toEqual(first);
    expect(look).toHaveBeenCalledTimes(1);
    await truncate(join(directory, 'alike.bin'), 5);
    const { events, given } = options(2);
    expect(await alikePictures(given, look)).toEqual(first);
    expect(look).toHaveBeenCalledTimes(2);
    expect(events).toEqual([{ type: 'log', level: 'info', message: 'Looking for photos that look alike.' }]);
  });

  it('are not looked for where both views are of the same picture', async () => {
    const look = vi.fn(async () => vectors);
    expect(await alikePictures(options(0).given, look)).toBeUndefined();
    expect(look).not.toHaveBeenCalled();
  });
});
