import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Example } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif', '.heic', '.heif']);

/** The pictures of a folder and those below it, by name, as rows without words: a picture's id is its place in the folder. */
export async function pictureFolder(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && PICTURES.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0)
    throw new VitrineError(
      'cli.pictures',
      `There is no picture in ${folder}; give a folder of JPEG, PNG or WebP files.`,
    );
  let read = 0;
  return {
    fraction: () => read / files.length,
    async *rows(): AsyncGenerator<{ example: Example }> {
      for (const [at, file] of files.entries()) {
        read = at + 1;
        const id = relative(folder, file).split(sep).join('/');
        yield { example: { row: at + 1, id, picture: { kind: 'encoded', load: () => readFile(file) } } };
      }
    },
  };
}
