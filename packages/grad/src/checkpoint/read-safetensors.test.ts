import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from './read-safetensors.js';
import { encodeSafetensors, type StoredArray } from './safetensors.js';

const arrays = new Map<string, StoredArray>([
  ['wide', { shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) }],
  ['weight', { shape: [3, 7], data: Float32Array.from({ length: 21 }, (_, i) => i / 3) }],
  ['none', { shape: [0], data: new Float32Array(0) }],
  ['bytes', { shape: [5], data: Uint8Array.of(1, 2, 3, 4, 255) }],
]);
const bytes = Buffer.concat(encodeSafetensors(arrays, { note: 'x' }));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grad-safetensors-'));
  file = join(folder, 'weights.safetensors');
  await writeFile(file, bytes);
});
afterEach(() => rm(folder, { recursive: true }));

describe('readSafetensors', () => {
  it.each([undefined, 1, 7])('reads array by array, each in pieces (at most %s bytes)', async (atOnce) => {
    const read = await readSafetensors(file, atOnce);
    expect(read.metadata).toEqual({ note: 'x' });
    expect(new Map([...read.arrays].sort())).toEqual(new Map([...arrays].sort()));
  });

  it('refuses a file cut short at any place', async () => {
    for (let length = bytes.length - 1; length >= 0; length -= 13) {
      await truncate(file, length);
      await expect(readSafetensors(file), `${length} bytes`).rejects.toMatchObject({ code: 'checkpoint' });
    }
  });

  it('looks into files larger than can be read at once, without holding them whole', async () => {
    const size = 2 ** 40;
    await truncate(file, size);
    await expect(readSafetensors(file)).rejects.toThrow(`it has ${size} bytes instead of ${bytes.length}`);
  });

  it('says why a file cannot be read', async () => {
    await expect(readSafetensors(join(folder, 'other'))).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining('ENOENT'),
    });
    await expect(readSafetensors(folder)).rejects.toMatchObject({ code: 'checkpoint' });
  });
});
