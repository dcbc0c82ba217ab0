import { describe, expect, it, vi } from 'vitest';
import type { NumbersOptions } from '../testing/numbers-source.js';
import { type BatchesOptions, DataLoader, type DataLoaderOptions } from './data-loader.js';
import type { Batch } from './make-batch.js';
import { epochOrder } from './order.js';

const MODULE = new URL('../testing/numbers-source.js', import.meta.url);
const ORDER = epochOrder(23, 1, 0);

async function withLoader<Result>(
  use: (loader: DataLoader) => Promise<Result>,
  options: NumbersOptions = {},
  loading: Partial<DataLoaderOptions> = {},
): Promise<Result> {
  const loader = await DataLoader.open({ module: MODULE, options, batchSize: 4, seed: 5, ...loading });
  try {
    return await use(loader);
  } finally {
    await loader.close();
  }
}

async function all(loader: DataLoader, options?: BatchesOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader.batches(ORDER, options)) batches.push(batch);
  return batches;
}

describe('a data loader', () => {
  it.each([0, -4, 1.5, Number.NaN])('refuses batches of %s examples', async (batchSize) => {
    const opening = withLoader(all, {}, { batchSize });
    await expect(opening).rejects.toMatchObject({
      code: 'data',
      message: `batchSize must be 1 or more, not ${batchSize}.`,
    });
  });

  it.each([-1, 0.5, Number.NaN])('refuses to leave out %s batches', async (from) => {
    await expect(withLoader((loader) => all(loader, { from }))).rejects.toMatchObject({
      code: 'data',
      message: `from must be 0 or more batches to leave out, not ${from}.`,
    });
  });

  it('gives the examples in the order asked for', async () => {
    const batches = await withLoader(all);
    expect(batches).toHaveLength(5);
    expect(batches.flatMap(({ indices }) => [...indices])).toEqual([...ORDER.subarray(0, 20)]);
    batches.forEach(({ feeds, indices, failed }) => {
      expect([...feeds.x!].filter((_, i) => i % 2 === 0)).toEqual([...indices]);
      expect(feeds.label).toEqual(indices.map((index) => index % 3));
      expect(failed).toEqual([]);
    });
  });

  it('gives the same batches from any number of threads, however far ahead', async () => {
    const one = await withLoader(all);
    expect(await withLoader(all, {}, { threads: 3, ahead: 7 })).toEqual(one);
    expect(await withLoader(all, {}, { threads: 2, ahead: 1 })).toEqual(one);
  });

  it('draws other random numbers in another epoch, and with another seed', async () => {
    await withLoader(async (loader) => {
      const first = await all(loader, { epoch: 1 });
      expect(await all(loader, { epoch: 1 })).toEqual(first);
      expect((await all(loader, { epoch: 2 }))[0]!.feeds.x).not.toEqual(first[0]!.feeds.x);
    });
  });

  it('goes on in the middle of an epoch, and gives the incomplete batch at the end when asked', async () => {
    await withLoader(async (loader) => {
      const whole = await all(loader, { dropLast: false });
      expect(whole.map(({ indices }) => indices.length)).toEqual([4, 4, 4, 4, 4, 3]);
      expect(await all(loader, { from: 2, dropLast: false })).toEqual(whole.slice(2));
    });
  });

  it('names examples that cannot be loaded, and has others in their place', async () => {
    const broken = [ORDER[1]!, ORDER[2]!, ORDER[7]!];
    const [first, second, third] = await withLoader(all, { broken });
    expect(first!.failed.map(({ index }) => index)).toEqual([ORDER[1], ORDER[2]]);
    expect(first!.failed[0]!.reason).toBe(`Example ${ORDER[1]} is broken.`);
    expect([0, 2, 4, 6].map((i) => first!.feeds.x![i])).toEqual([ORDER[0], ORDER[3], ORDER[3], ORDER[3]]);
    expect([0, 2, 4, 6].map((i) => second!.feeds.x![i])).toEqual([ORDER[4], ORDER[5], ORDER[6], ORDER[4]]);
    expect(third!.failed).toEqual([]);
  });

  it('gives up on a batch without one good example', async () => {
    await expect(withLoader(all, { broken: [...ORDER.subarray(4, 8)] })).rejects.toMatchObject({
      name: 'GradError',
      code: 'data',
    });
  });

  it('reports what opening a source threw, a module without one, and a thread that ended', async () => {
    await expect(withLoader(all, { refuse: true }, { threads: 2 })).rejects.toThrow('The disk is gone.');
    const module = new URL('./order.js', import.meta.url);
    await expect(withLoader(all, {}, { module })).rejects.toMatchObject({ code: 'data' });
    await expect(withLoader(all, { deadly: ORDER[9]! })).rejects.toMatchObject({ code: 'worker' });
    await expect(withLoader(all, {}, { threads: 0 })).rejects.toMatchObject({ code: 'data' });
  });

  it('can be left in the middle of an epoch and used again', async () => {
    await withLoader(async (loader) => {
      for await (const batch of loader.batches(ORDER)) if (batch.indices[0] === ORDER[4]) break;
      expect(await all(loader)).toHaveLength(5);
    });
  });

  it('closes while batches are under way: they reject', async () => {
    await withLoader(async (loader) => {
      const batches = loader.batches(ORDER);
      await batches.next();
      await loader.close();
      await expect(all(loader)).rejects.toMatchObject({ code: 'worker' });
    });
  });
});

describe('back-pressure', () => {
  it('makes as many batches before they are asked for as allowed, and no more', async () => {
    const loads = new Int32Array(new SharedArrayBuffer(4));
    const ahead = 2;
    await withLoader(
      async (loader) => {
        const batches = loader.batches(ORDER);
        for (let taken = 1; taken <= 3; taken++) {
          await batches.next();
          await vi.waitUntil(() => loads[0]! >= 4 * (taken + ahead), { timeout: 60_000 });
          expect(loads[0]).toBe(4 * (taken + ahead));
        }
      },
      { loads },
      { ahead },
    );
  });
});
