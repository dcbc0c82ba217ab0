import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { FitResult } from '../training/fit.js';

interface Example {
  train(options: object): Promise<{ best: FitResult }>;
}

/** The decoder of the workspace: the package itself needs none. */
const SHARP = pathToFileURL(createRequire(import.meta.url).resolve('sharp')).href;

/** Writes the README's example into a folder, ready to be imported. */
async function writeExample(folder: string): Promise<Example> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  for (const [, name, code] of readme.matchAll(/```js\n\/\/ (\w+\.js)\n(.*?)```/gs)) {
    const runnable = code!
      .replaceAll("'@vitrine/grad'", `'${new URL('../index.js', import.meta.url).href}'`)
      .replaceAll("'sharp'", `'${SHARP}'`);
    await writeFile(join(folder, name!), runnable);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return (await import(join(folder, 'train.js'))) as Example;
}

/** Red and blue squares as PNG files. */
async function drawPhotos(folder: string) {
  const { default: sharp } = (await import(SHARP)) as typeof import('sharp');
  return Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const file = join(folder, `${i}.png`);
      const background = i % 2 === 0 ? '#d33' : '#33d';
      await sharp({ create: { width: 40, height: 30, channels: 3, background } }).toFile(file);
      return { file, label: i % 2 };
    }),
  );
}

describe('the example of photos in the README', () => {
  it('trains, and goes on where it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-photos-'));
    await mkdir(join(folder, 'checkpoints'));
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const { train } = await writeExample(folder);
    const form = { width: 32, height: 32, channels: 3, mean: [120, 120, 120], deviation: [60, 60, 60] };
    const options = { photos: await drawPhotos(folder), form, directory: join(folder, 'checkpoints') };
    expect((await train(options)).best.epochs).toBe(2);
    expect(log).toHaveBeenCalled();
    log.mockClear();
    expect((await train({ ...options, epochs: 3 })).best.epochs).toBe(3);
    for (const [fraction] of log.mock.calls) expect(fraction).toBeGreaterThan(2 / 3);
    log.mockRestore();
    await rm(folder, { recursive: true });
  });
});
