import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open, type TrainingPicturesOptions } from './training-pictures.js';

const SIDE = 4;
const SHADES = [10, 20, 30];
const spec = { width: SIDE, height: SIDE, channels: 1 as const, fit: 'cover' as const, mean: [0], deviation: [1] };

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'training-pictures-'));
  path = join(directory, 'pictures.bin');
  await writeFile(path, Buffer.concat(SHADES.map((shade) => Buffer.alloc(SIDE * SIDE, shade))));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Shades of the views of a picture, drawn several times. */
async function viewsOf(index: number, options: Partial<TrainingPicturesOptions>): Promise<number[][]> {
  const source = open({ path, spec, augmentation: {}, views: 2, ...options });
  const drawn: number[][] = [];
  for (let epoch = 0; epoch < 20; epoch++) {
    const pictures = new Float32Array(2 * SIDE * SIDE);
    await source.load(index, createRandom(1, 'views', epoch), { pictures });
    drawn.push([pictures[0]!, pictures[SIDE * SIDE]!]);
  }
  return drawn;
}

describe('the pictures of a training', () => {
  it('are seen twice each', async () => {
    expect(new Set((await viewsOf(1, {})).flat())).toEqual(new Set([20]));
  });

  it('have a second view of themselves or of one that is alike', async () => {
    const alike = { perPicture: 2, places: Int32Array.of(1, 2, 1, 1, 0, 2) };
    const seen = async (index: number) => {
      const views = await viewsOf(index, { alike });
      expect(new Set(views.map(([first]) => first))).toEqual(new Set([SHADES[index]]));
      return new Set(views.map(([, second]) => second));
    };
    expect(await seen(0)).toEqual(new Set([10, 20, 30]));
    expect(await seen(1)).toEqual(new Set([20]));
    expect(await seen(2)).toEqual(new Set([10, 30]));
  });
});
