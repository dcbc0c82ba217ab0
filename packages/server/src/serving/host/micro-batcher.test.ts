import { setImmediate } from 'node:timers/promises';
import type { PredictionResult } from '@vitrine/models';
import { expect, test } from 'vitest';
import { MicroBatcher } from './micro-batcher.js';

const limits = { maxBatch: 4, maxWaitMs: 1, maxQueue: 10, maxBytes: 100 };
const echo = (sizes: number[]) => (inputs: unknown[]) => {
  sizes.push(inputs.length);
  return Promise.resolve(inputs.map((output): PredictionResult<unknown> => ({ ok: true, output })));
};

test('requests of the same moment share batches of at most maxBatch, answered in order', async () => {
  const sizes: number[] = [];
  const batcher = new MicroBatcher(echo(sizes), limits);
  const outputs = await Promise.all([1, 2, 3, 4, 5, 6].map((input) => batcher.submit(input, {})));
  expect(outputs).toEqual([1, 2, 3, 4, 5, 6]);
  expect(sizes).toEqual([4, 2]);
});

test('a full batch runs beside another one; what would not fill a batch waits until nothing runs', async () => {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const batcher = new MicroBatcher(async (inputs) => {
    sizes.push(inputs.length);
    await new Promise<void>((resolve) => ends.push(resolve));
    return inputs.map((output): PredictionResult<unknown> => ({ ok: true, output }));
  }, limits);
  const all = Promise.all([...Array(10).keys()].map((input) => batcher.submit(input, {})));
  const end = async () => {
    ends.shift()?.();
    await setImmediate();
  };
  expect(sizes).toEqual([4, 4]);
  await end();
  expect(sizes).toEqual([4, 4]);
  await end();
  expect(sizes).toEqual([4, 4, 2]);
  await end();
  expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('with no wait a request goes at once, and those that come meanwhile go together', async () => {
  const sizes: number[] = [];
  const batcher = new MicroBatcher(echo(sizes), { ...limits, maxWaitMs: 0 });
  const outputs = await Promise.all([1, 2, 3].map((input) => batcher.submit(input, {})));
  expect(outputs).toEqual([1, 2, 3]);
  expect(sizes).toEqual([1, 2]);
});

test('requests with other options go into another batch', async () => {
  const sizes: number[] = [];
  const batcher = new MicroBatcher(echo(sizes), limits);
  await Promise.all([batcher.submit(1, { top: 1 }), batcher.submit(2, { top: 1 }), batcher.submit(3, { top: 2 })]);
  expect(sizes).toEqual([2, 1]);
});

test('a full queue turns callers away with 503', async () => {
  const batcher = new MicroBatcher(echo([]), { ...limits, maxQueue: 2, maxBatch: 100 });
  const all = await Promise.allSettled([1, 2, 3].map((input) => batcher.submit(input, {})));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(all[2]).toMatchObject({ reason: { code: 'model.busy', status: 503 } });
});

test('so do photos that weigh too much together, but never a lone one', async () => {
  const batcher = new MicroBatcher(echo([]), { ...limits, maxBatch: 100 });
  const photos = [120, 1, 1].map((size) => ({ image: new Uint8Array(size) }));
  const all = await Promise.allSettled(photos.map((photo) => batcher.submit(photo, {})));
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await batcher.submit(photos[1], {})).toEqual(photos[1]);
});

test('one bad input fails alone; a failed batch fails its own callers only', async () => {
  const batcher = new MicroBatcher((inputs) => {
    if (inputs.includes('fatal')) return Promise.reject(new Error('batch'));
    return Promise.resolve(
      inputs.map((output) =>
        output === 'bad' ? { ok: false, error: { code: 'input.image', message: 'broken' } } : { ok: true, output },
      ),
    );
  }, limits);
  const [good, bad] = await Promise.allSettled([batcher.submit('good', {}), batcher.submit('bad', {})]);
  expect(good).toMatchObject({ value: 'good' });
  expect(bad).toMatchObject({ reason: { code: 'input.image', status: 422 } });
  await expect(batcher.submit('fatal', {})).rejects.toThrow('batch');
  await expect(batcher.submit('good', {})).resolves.toBe('good');
});

test('draining waits for everything asked', async () => {
  const answered: unknown[] = [];
  const batcher = new MicroBatcher(echo([]), limits);
  for (const input of [1, 2, 3, 4, 5]) void batcher.submit(input, {}).then((output) => answered.push(output));
  await batcher.drain();
  expect(answered).toHaveLength(5);
});
