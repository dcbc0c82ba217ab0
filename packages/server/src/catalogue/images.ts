import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { VitrineError } from '@vitrine/models';
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Queries } from '../platform/database/database.js';
import { rowChunks } from '../platform/database/row-chunks.js';
import { newId } from '../platform/id.js';
import { normalisePicture, pictureFormat, renderPicture } from '../platform/images/picture.js';
import type { imageSchema } from './api.js';
import { images } from './tables.js';

export type Image = z.infer<typeof imageSchema>;

/** How long a link to the photo in its bucket holds. */
const LINK_SECONDS = 900;

/** The shop's photos: bytes in the blob store, facts in the database, resized copies in a cache that may be emptied. */
export class Images {
  /** Copies being made, so that many requests for one make it once. */
  readonly #rendering = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly db: Queries,
    private readonly blobs: BlobStore,
    private readonly cacheDir: string,
  ) {}

  /**
   * Stores a photo upright, in sRGB and without metadata; the same photo twice is one.
   * @throws InputError `input.image`, `input.imageTooLarge` (422)
   */
  async store(file: Buffer): Promise<Image> {
    const image = await this.keep(file);
    await this.note([image]);
    return image;
  }

  /**
   * The first half of `store`, for many photos: their bytes; they are the shop's once they are noted.
   * @throws InputError `input.image`, `input.imageTooLarge` (422)
   */
  async keep(file: Buffer): Promise<Image> {
    const { bytes, width, height } = await normalisePicture(file);
    return { hash: await this.blobs.put(bytes), width, height, bytes: bytes.length };
  }

  /** The second half: their facts; noting them again changes nothing. */
  async note(kept: readonly Image[]): Promise<void> {
    for (const chunk of rowChunks(kept)) await this.db.insert(images).values(chunk).onConflictDoNothing();
  }

  /** The stored bytes. @throws VitrineError `image.unknown` (404) */
  async read(hash: string): Promise<Buffer> {
    await this.#check(hash);
    return this.blobs.read(hash);
  }

  /** The stored photo: a link to it where the store has one, else its bytes. @throws VitrineError `image.unknown` (404) */
  async original(hash: string): Promise<{ type: string; link: string } | { type: string; bytes: Buffer }> {
    await this.#check(hash);
    const type = `image/${pictureFormat(await buffer(await this.blobs.get(hash, { start: 0, end: 11 })))}`;
    const link = await this.blobs.link(hash, { seconds: LINK_SECONDS, type });
    return link === undefined ? { type, bytes: await this.blobs.read(hash) } : { type, link };
  }

  /** As WebP with at most `side` pixels on its longer side. @throws VitrineError `image.unknown` (404) */
  async rendition(hash: string, side: number | undefined): Promise<Buffer> {
    const name = `${hash}-${side ?? 'full'}.webp`;
    const cached = await readFile(this.#path(name)).catch(() => undefined);
    if (cached) return cached;
    const rendering = this.#rendering.get(name) ?? this.#render(name, hash, side);
    this.#rendering.set(name, rendering);
    return rendering.finally(() => this.#rendering.delete(name));
  }

  async #check(hash: string): Promise<void> {
    const [known] = await this.db.select({ hash: images.hash }).from(images).where(eq(images.hash, hash));
    if (!known) throw new VitrineError('image.unknown', 'There is no stored photo with this hash.', 404);
  }

  async #render(name: string, hash: string, side: number | undefined): Promise<Buffer> {
    const bytes = await renderPicture(await this.read(hash), side);
    const path = this.#path(name);
    const temporary = `${path}.${newId()}`;
    // A cache that can't be written (a full disk) costs time, not the answer.
    await mkdir(join(path, '..'), { recursive: true })
      .then(() => writeFile(temporary, bytes))
      .then(() => rename(temporary, path))
      .catch(() => undefined);
    return bytes;
  }

  #path(name: string): string {
    return join(this.cacheDir, name.slice(0, 2), name);
  }
}
