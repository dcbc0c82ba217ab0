import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { VitrineError } from '../errors.js';
import type { PackedImage } from '../snapshot/manifest.js';
import { decodePicture, type PictureSource } from './decode.js';
import { type PictureFrame, pictureSize } from './picture.js';

/** A picture that could not be decoded. */
export interface BrokenPicture {
  readonly index: number;
  readonly reason: string;
}

export interface PictureCacheOptions {
  /** Where the cache's files go; an interrupted training finds them again. */
  readonly directory: string;
  readonly images: readonly PackedImage[];
  readonly read: (image: PackedImage) => Promise<Buffer>;
  readonly frame: PictureFrame;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const PICTURES = 'pictures.bin';
const INDEX = 'pictures.json';

/** Pictures decoded once, as bytes in one file: at any number of them memory stays bounded, the system caches the rest. */
export class PictureCache {
  private constructor(
    private readonly file: number,
    /** The file in which picture after picture lies. */
    readonly path: string,
    readonly frame: PictureFrame,
    readonly count: number,
    readonly broken: readonly BrokenPicture[],
  ) {}

  /** Opens the cache of the same pictures and frame when the directory holds one, else decodes them all. */
  static async open(options: PictureCacheOptions): Promise<PictureCache> {
    const { directory, images, frame } = options;
    const key = fingerprint(images, frame);
    const indexFile = join(directory, INDEX);
    const known = await readFile(indexFile, 'utf8').then(
      (text) => JSON.parse(text) as { key: string; broken: BrokenPicture[] },
      () => undefined,
    );
    const { size } = await stat(join(directory, PICTURES)).catch(() => ({ size: -1 }));
    let broken = known?.broken;
    if (known?.key !== key || !broken || size !== images.length * pictureSize(frame)) {
      broken = await decodeAll(options);
      await writeFile(`${indexFile}.part`, JSON.stringify({ key, broken }));
      await rename(`${indexFile}.part`, indexFile);
    }
    const path = join(directory, PICTURES);
    return new PictureCache(openSync(path, 'r'), path, frame, images.length, broken);
  }

  /** Reads picture `index` into `target`, as height × width × channels bytes. */
  read(index: number, target: Uint8Array): void {
    const size = pictureSize(this.frame);
    readSync(this.file, target, 0, size, index * size);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** Decodes in order, a few at a time, into one file that gets its name when it is complete. */
async function decodeAll({
  directory,
  images,
  read,
  frame,
  signal,
  onProgress,
}: PictureCacheOptions): Promise<BrokenPicture[]> {
  const file = join(directory, PICTURES);
  const output = await open(`${file}.part`, 'w');
  const broken: BrokenPicture[] = [];
  const chunk = 16 * availableParallelism();
  try {
    for (let start = 0; start < images.length; start += chunk) {
      signal?.throwIfAborted();
      const decoded = await Promise.all(
        images.slice(start, start + chunk).map(async (image, i) => {
          // What can't be read is no broken picture but a broken data set.
          const bytes = await read(image);
          try {
            return await decodePicture(sourceOf(image, bytes), frame);
          } catch (error) {
            if (!(error instanceof VitrineError)) throw error;
            broken.push({ index: start + i, reason: error.message });
            return new Uint8Array(pictureSize(frame));
          }
        }),
      );
      await output.appendFile(Buffer.concat(decoded));
      onProgress?.(Math.min(start + chunk, images.length), images.length);
    }
  } finally {
    await output.close();
  }
  await rename(`${file}.part`, file);
  return broken.sort((a, b) => a.index - b.index);
}

/** The bytes of a snapshot's picture as something to decode. */
export function sourceOf(image: PackedImage, bytes: Buffer): PictureSource {
  if (image.kind === 'encoded') return { kind: 'encoded', bytes };
  return { kind: 'gray8', bytes, width: image.width ?? 0, height: image.height ?? 0 };
}

function fingerprint(images: readonly PackedImage[], frame: PictureFrame): string {
  const hash = createHash('sha256').update(JSON.stringify([frame.width, frame.height, frame.channels, frame.fit]));
  for (const { sha256 } of images) hash.update(sha256);
  return hash.digest('hex');
}
