import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pictureFolder } from './picture-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('pictureFolder', () => {
  it('gives the pictures below a folder in the order of their names, and nothing else', async () => {
    await mkdir(join(folder, 'shoes'));
    for (const name of ['b.JPG', 'a.png', 'notes.txt', 'shoes/1.webp']) await writeFile(join(folder, name), name);
    const source = await pictureFolder(folder);
    const found: string[] = [];
    for await (const { example } of source.rows()) {
      if (example.picture?.kind !== 'encoded') throw new Error('A picture is a file.');
      found.push(`${example.id}: ${await example.picture.load()}`);
    }
    expect(found).toEqual(['a.png: a.png', 'b.JPG: b.JPG', 'shoes/1.webp: shoes/1.webp']);
    expect(source.fraction()).toBe(1);
  });

  it('says so when there is no picture', async () => {
    await expect(pictureFolder(folder)).rejects.toMatchObject({ code: 'cli.pictures' });
  });
});
