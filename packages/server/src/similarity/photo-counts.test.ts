import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PhotoCounts } from './photo-counts.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Counting that takes 100 ms, each time finding one photo more. */
function counting() {
  let embedded = 0;
  const count = vi.fn(async (_modelId: string) => {
    vi.advanceTimersByTime(100);
    embedded += 1;
    return { products: 9, photos: 9, embedded, failed: 0 };
  });
  return { count, counts: new PhotoCounts(count) };
}

test('a count lasts ten times as long as it took, also for those who ask meanwhile', async () => {
  const { count, counts } = counting();
  const both = await Promise.all([counts.of('one', 'running'), counts.of('one', 'running')]);
  expect(both.map(({ embedded }) => embedded)).toEqual([1, 1]);
  vi.advanceTimersByTime(999);
  expect((await counts.of('one', 'running')).embedded).toBe(1);
  vi.advanceTimersByTime(1);
  expect((await counts.of('one', 'running')).embedded).toBe(2);
  expect(count).toHaveBeenCalledTimes(2);
});

test('another model, or the same at another moment, is counted anew', async () => {
  const { count, counts } = counting();
  await counts.of('one', 'running');
  expect((await counts.of('one', 'succeeded')).embedded).toBe(2);
  await counts.of('two', 'succeeded');
  expect(count.mock.calls.map(([modelId]) => modelId)).toEqual(['one', 'one', 'two']);
});

test('a count that failed is told to who asked, and tried again by the next', async () => {
  const { count, counts } = counting();
  count.mockRejectedValueOnce(new Error('no answer'));
  await expect(counts.of('one', 'running')).rejects.toThrow('no answer');
  expect((await counts.of('one', 'running')).embedded).toBe(1);
});
