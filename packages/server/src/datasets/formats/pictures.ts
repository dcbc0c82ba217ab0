import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import type { Picture } from '@vitrine/models';
import { DataError } from '@vitrine/models/errors';
import { fetchPicture } from '../../platform/network/fetch-picture.js';
import type { ReadOptions } from './source.js';

/** A larger file is no photo of a product. */
const MAX_PICTURE_BYTES = 30 * 1024 * 1024;

/** The picture that a cell names, read when asked for. */
export type PictureFinder = (name: string) => Picture;

/** Where exports keep pictures that don't lie where their table says, or that it names without a folder. */
const USUAL_FOLDERS = ['images', 'photos', 'pictures', 'img'];

/**
 * Finds pictures by URL, or by path below the folders, tried in turn (nothing outside them is ever read, not even through a
 * link). A picture that is in none is looked for by its bare name in the usual ones below.
 */
export function pictureFinder(
  folders: readonly string[],
  { absolutePaths = false, signal }: Pick<ReadOptions, 'absolutePaths' | 'signal'>,
): PictureFinder {
  return (name) => ({
    kind: 'encoded',
    load: () =>
      /^https?:\/\//i.test(name)
        ? fetchPicture(name, { signal, maxBytes: MAX_PICTURE_BYTES })
        : readFirst(folders, name, absolutePaths),
  });
}

async function readFirst(folders: readonly string[], name: string, absolutePaths: boolean): Promise<Buffer> {
  // Archives made on a Mac hold names with accents apart from their letters.
  const names = [...new Set([name, name.normalize('NFC'), name.normalize('NFD')])];
  const places = folders.flatMap((folder) => [
    ...names.map((each) => ({ folder, name: each })),
    ...USUAL_FOLDERS.flatMap((below) => names.map((each) => ({ folder, name: join(below, bareName(each)) }))),
  ]);
  let missing: unknown;
  for (const place of places)
    try {
      return await readPicture(place.folder, place.name, absolutePaths);
    } catch (error) {
      if (!(error instanceof DataError) || error.code !== 'data.image.missing') throw error;
      missing ??= error;
    }
  throw missing;
}

async function readPicture(folder: string, name: string, absolutePaths: boolean): Promise<Buffer> {
  const root = await realpath(resolve(folder)).catch(() => resolve(folder));
  const wanted = resolve(root, name.replaceAll('\\', '/'));
  const outside = new DataError(
    'data.image.path',
    'The picture’s path leads out of the folder of pictures; name the folder that holds it.',
  );
  const free = absolutePaths && isAbsolute(name);
  if (!free && !isBelow(root, wanted)) throw outside;
  try {
    const path = await realpath(wanted);
    if (!free && !isBelow(root, path)) throw outside;
    const facts = await stat(path);
    // A named pipe would never end, and a device need not.
    if (!facts.isFile())
      throw new DataError(
        'data.image.file',
        `The picture’s path names ${facts.isDirectory() ? 'a folder' : 'no ordinary file'}; name a JPEG, PNG or WebP file.`,
      );
    const { size } = facts;
    if (size > MAX_PICTURE_BYTES)
      throw new DataError(
        'data.image.bytes',
        `The picture has ${Math.round(size / 2 ** 20)} MB; at most 30 MB are taken.`,
      );
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      'data.image.missing',
      'There is no such picture file; check its path and the folder of pictures.',
      { name, cause: String(cause) },
    );
  }
}

function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function bareName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}
