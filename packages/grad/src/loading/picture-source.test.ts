import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { DRAWN, open } from '../testing/drawn-pictures-source.js';
import { DataLoader } from './data-loader.js';
import type { ExampleSource } from './example-source.js';
import { makeBatch } from './make-batch.js';
import { pictureSource } from './picture-source.js';

const AREA = DRAWN.width * DRAWN.height;
const INDICES = Int32Array.of(4, 7, 1);

let loader: DataLoader | undefined;
afterEach(async () => {
  await loader?.close();
  loader = undefined;
});

async function batchOf(options: Parameters<typeof open>[0]) {
  return makeBatch(await open(options), INDICES, 1, 0);
}

describe('a picture source', () => {
  it('gives pictures and labels', async () => {
    const { feeds } = await batchOf({});
    expect(Object.keys(feeds)).toEqual(['pictures', 'labels']);
    expect(feeds.pictures).toHaveLength(3 * 3 * AREA);
    expect(feeds.labels).toEqual(Int32Array.of(0, 1, 1));
  });

  it('gives two views of each picture, each varied by itself', async () => {
    const { pictures } = (await batchOf({ views: 2 })).feeds;
    expect(pictures).toHaveLength(3 * 2 * 3 * AREA);
    const view = (i: number) => (pictures as Float32Array).subarray(i * 3 * AREA, (i + 1) * 3 * AREA);
    expect(view(0)).not.toEqual(view(1));
    // Both are of picture 4, which is light at the left: alike, and unlike the next, which is light at the top.
    const distance = (a: number, b: number) => view(a).reduce((sum, value, i) => sum + (value - view(b)[i]!) ** 2, 0);
    expect(distance(0, 1)).toBeLessThan(distance(0, 2));
    expect(distance(2, 3)).toBeLessThan(distance(1, 2));
  });

  it('carries masks along, per view', async () => {
    const { masks } = (await batchOf({ masks: true, views: 2 })).feeds;
    expect(masks).toHaveLength(3 * 2 * AREA);
    const { width, height } = DRAWN;
    for (let view = 0; view < 6; view++) {
      const at = (row: number, column: number) => masks![view * AREA + row * width + column];
      const [light, dark] = view < 2 ? [at(4, 0), at(4, width - 1)] : [at(0, 4), at(height - 1, 4)];
      expect([light, dark]).toEqual([1, 0]);
    }
  });

  it('decodes in the threads of a loader', async () => {
    const module = new URL('../testing/drawn-pictures-source.js', import.meta.url);
    loader = await DataLoader.open({ module, options: { views: 2, masks: true }, batchSize: 3, seed: 1, threads: 2 });
    for await (const { feeds } of loader.batches(INDICES)) {
      expect(feeds).toEqual((await batchOf({ views: 2, masks: true })).feeds);
    }
  });

  it('names a picture that lacks its mask as one that failed', async () => {
    const pixels = new Uint8Array(300);
    const decode = (index: number) => ({
      ...{ width: 10, height: 10, channels: 3 as const, pixels },
      ...(index === 7 ? {} : { mask: new Uint8Array(100) }),
    });
    const source: ExampleSource = pictureSource({ form: DRAWN, decode, masks: true });
    expect((await makeBatch(source, INDICES, 1, 0)).failed).toEqual([
      { index: 7, reason: 'A mask is asked for, but the picture has none.' },
    ]);
  });

  it('names a picture without a label as one that failed, in place of training it as class 0', async () => {
    const pixels = new Uint8Array(AREA * 3);
    const decode = () => ({ width: DRAWN.width, height: DRAWN.height, channels: 3 as const, pixels });
    const labels = new Map([
      [4, 2],
      [1, 2 ** 40],
    ]);
    const batch = await makeBatch(
      pictureSource({ form: DRAWN, decode, label: (index) => labels.get(index)! }),
      INDICES,
      1,
      0,
    );
    expect(batch.failed).toEqual([
      { index: 7, reason: 'The label of picture 7 is undefined; it must be an integer of 32 bits.' },
      { index: 1, reason: 'The label of picture 1 is 1099511627776; it must be an integer of 32 bits.' },
    ]);
    expect(batch.feeds.labels).toEqual(Int32Array.of(2, 2, 2));
  });

  it.each([
    { mean: [128] },
    { deviation: [64, 64] },
    { deviation: [64, 64, 0] },
    { deviation: [64, -1, 64] },
    { mean: [128, 128, Number.NaN] },
    { width: 2.5 },
    { height: 0 },
    { channels: 4 as 3, mean: [1, 1, 1, 1], deviation: [1, 1, 1, 1] },
  ])('refuses a form that no picture can have: %j', (statistics) => {
    const form = { ...DRAWN, ...statistics };
    expect(() => pictureSource({ form, decode: () => Promise.reject() })).toThrow(
      expect.objectContaining({ code: 'feed' }),
    );
  });

  it.each([-1, 0, 1.5, Number.NaN])('refuses %s views', (views) => {
    expect(() => pictureSource({ form: DRAWN, decode: () => Promise.reject(), views })).toThrow(
      expect.objectContaining({ code: 'feed', message: `views must be 1 or more, not ${views}.` }),
    );
  });

  it('refuses an augmentation out of range when it is opened, not picture by picture', () => {
    expect(() => pictureSource({ form: DRAWN, decode: () => Promise.reject(), augmentation: { flip: 2 } })).toThrow(
      expect.objectContaining({ code: 'feed', message: 'flip must be from 0 to 1, not 2.' }),
    );
  });

  it('leaves pictures as they are without an augmentation', async () => {
    const pixels = Uint8Array.from({ length: AREA * 3 }, () => 192);
    const decode = () => ({ width: DRAWN.width, height: DRAWN.height, channels: 3 as const, pixels });
    const source = pictureSource({ form: DRAWN, decode });
    const pictures = new Float32Array(3 * AREA);
    await source.load(0, createRandom(1), { pictures });
    expect(new Set(pictures)).toEqual(new Set([1]));
  });
});
