import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeFileAtomically } from './atomic-file.js';
import { decodeSafetensors } from './safetensors.js';

describe('writeFileAtomically', () => {
  it('replaces a file whole, and leaves nothing behind when it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-atomic-'));
    const file = join(folder, 'weights');
    await writeFile(file, 'old');
    await writeFileAtomically(file, [Buffer.from('ne'), Buffer.from('w')]);
    expect(await readFile(file, 'utf8')).toBe('new');
    // The name of a folder cannot be replaced by a file: the rename fails after all was written.
    const code = 'checkpoint';
    await expect(writeFileAtomically(folder, [Buffer.from('x')])).rejects.toMatchObject({ code });
    const nowhere = join(folder, 'none', 'weights');
    await expect(writeFileAtomically(nowhere, [])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`'${nowhere}' cannot be written: ENOENT`),
      cause: { code: 'ENOENT' },
    });
    expect(await readdir(folder)).toEqual(['weights']);
    await rm(folder, { recursive: true });
  });

  it('keeps the old file when fewer bytes were written than there were to write', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-short-'));
    const file = join(folder, 'weights');
    await writeFile(file, 'old');
    const pieces = [Buffer.from('new'), new Uint8Array(100)];
    const writing = writeFileAtomically(file, pieces);
    pieces.pop();
    await expect(writing).rejects.toMatchObject({ code: 'checkpoint', message: expect.stringContaining('3 of 103') });
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['weights']);
    await rm(folder, { recursive: true });
  });

  it('leaves the old or the new file whole when the process is killed at any moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grad-killed-'));
    const file = join(folder, 'weights');
    for (let round = 0; round < 4; round++) {
      const child = fork(new URL('../testing/endless-writer.js', import.meta.url), [file]);
      await once(child, 'message');
      await setTimeout(7 * round + 3);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { arrays } = decodeSafetensors(await readFile(file));
      const values = arrays.get('values')!.data;
      expect(values.every((value) => value === values[0])).toBe(true);
    }
    await writeFileAtomically(file, [Buffer.from('next')]);
    expect(await readdir(folder)).toEqual(['weights']);
    await rm(folder, { recursive: true });
  });
});
