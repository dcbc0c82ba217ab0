import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gathered } from './gathered';

const PAUSE = 1000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('hands on together what comes in one pause, and the rest after the next', async () => {
  const handed: number[][] = [];
  const { add } = gathered<number>(async (items) => handed.push(items), PAUSE);
  add(1);
  add(2);
  expect(handed).toEqual([]);
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(handed).toEqual([[1, 2]]);
  add(3);
  await vi.advanceTimersByTimeAsync(PAUSE - 1);
  expect(handed).toEqual([[1, 2]]);
  await vi.advanceTimersByTimeAsync(1);
  expect(handed).toEqual([[1, 2], [3]]);
});

it('waits for the end of what was begun, however long it takes', async () => {
  const handed: number[][] = [];
  let end = () => {};
  const slow = (items: number[]) => {
    handed.push(items);
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  const { add } = gathered<number>(slow, PAUSE);
  add(1);
  await vi.advanceTimersByTimeAsync(PAUSE);
  add(2);
  await vi.advanceTimersByTimeAsync(10 * PAUSE);
  expect(handed).toEqual([[1]]);
  end();
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(handed).toEqual([[1], [2]]);
});

it('hands nothing on once it is stopped', async () => {
  const act = vi.fn(async () => undefined);
  const { add, stop } = gathered<number>(act, PAUSE);
  add(1);
  stop();
  await vi.advanceTimersByTimeAsync(10 * PAUSE);
  expect(act).not.toHaveBeenCalled();
});
