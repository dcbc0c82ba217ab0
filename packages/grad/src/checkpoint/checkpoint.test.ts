import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { encodeSafetensors } from './safetensors.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grad-checkpoint-'));
  file = join(folder, 'training.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

const FORMAT = 'vitrine-grad-checkpoint-1';
const array = { shape: [2], data: Float32Array.of(1, 2) };

describe('a checkpoint', () => {
  it('gives back what was saved, whatever the names', async () => {
    const saved: Checkpoint = {
      ...{ step: 3, seed: 0.5, optimizer: 'adam', extra: { epoch: 2 } },
      groups: { model: new Map([['constructor', array]]), 'part:__proto__': new Map([['a>b', array]]) },
    };
    await saveCheckpoint(file, saved);
    expect(await loadCheckpoint(file)).toEqual(saved);
  });

  it.each([
    ['not JSON', '{"step": 3'],
    ['nothing', 'null'],
    ['no step', '{"seed": 1, "optimizer": "adam"}'],
    ['half a step', '{"step": 0.5, "seed": 1, "optimizer": "adam"}'],
    ['a step below 0', '{"step": -1, "seed": 1, "optimizer": "adam"}'],
    ['no seed', '{"step": 1, "seed": null, "optimizer": "adam"}'],
    ['no optimizer', '{"step": 1, "seed": 1}'],
  ])('is refused where what it says of its training is %s', async (_, training) => {
    await writeFile(file, Buffer.concat(encodeSafetensors([['w', array]], { format: FORMAT, training })));
    await expect(loadCheckpoint(file)).rejects.toMatchObject({
      code: 'checkpoint',
      message: expect.stringContaining('is damaged'),
    });
  });

  it('is refused where a group has the name of what every object has', async () => {
    const training = '{"step": 1, "seed": 1, "optimizer": "adam"}';
    await writeFile(file, Buffer.concat(encodeSafetensors([['__proto__>w', array]], { format: FORMAT, training })));
    expect(Object.keys((await loadCheckpoint(file)).groups)).toEqual(['__proto__']);
  });

  it.each(['null', '[]', '5', '{"format": 1}'])('is refused with the metadata %s', async (metadata) => {
    const header = Buffer.from(`{"__metadata__": ${metadata}}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(file, Buffer.concat([length, header]));
    await expect(loadCheckpoint(file)).rejects.toMatchObject({ code: 'checkpoint' });
  });
});
