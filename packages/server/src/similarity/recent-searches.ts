import { VitrineError } from '@vitrine/models';
import { and, count, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import sharp from 'sharp';
import type { z } from 'zod';
import { images } from '../catalogue/tables.js';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Queries } from '../platform/database/database.js';
import { MAX_PICTURE_PIXELS } from '../platform/images/picture.js';
import type { Crop, recentSearch, SearchFilter } from './api.js';
import { searches } from './tables.js';

type RecentSearch = z.infer<typeof recentSearch>;
type Row = typeof searches.$inferSelect;

/** Longest side of a kept photo, in pixels: of most phones' photos a decoder gets there by halves, without all their pixels. */
const KEPT_SIDE = 800;
/** Most photos waiting to be written; beyond, the newest are not kept. */
const WAITING = 100;

export interface Asked {
  id: string;
  userId: string;
  photo: Buffer;
  crop: Crop | undefined;
  filter: SearchFilter;
  goodMatch: boolean;
  results: number;
}

/** Each person's searches by photo. They are written after the answer, one after the other. */
export class RecentSearches {
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Queries,
    private readonly blobs: BlobStore,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(asked: Asked): void {
    const at = new Date();
    this.#later(() => this.#write(asked, at));
  }

  /** A search that was asked again, of another part of its photo or narrowed otherwise. */
  revise({ id, userId, crop, ...asked }: Omit<Asked, 'photo'>): void {
    const at = new Date();
    this.#later(() =>
      this.db
        .update(searches)
        .set({ ...asked, at, crop: crop ?? null })
        .where(and(eq(searches.id, id), eq(searches.userId, userId))),
    );
  }

  #later(write: () => PromiseLike<unknown>): void {
    if (this.#waiting >= WAITING) return;
    this.#waiting += 1;
    this.#writing = this.#writing
      .then(async () => void (await write()))
      .catch(this.onError)
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Resolves when everything added so far is written. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** Newest first. */
  async list(userId: string, page: number, limit: number) {
    await this.flush();
    const own = eq(searches.userId, userId);
    const rows = await this.db
      .select()
      .from(searches)
      .where(own)
      .orderBy(desc(searches.at), searches.id)
      .limit(limit)
      .offset((page - 1) * limit);
    const [counted] = await this.db.select({ total: count() }).from(searches).where(own);
    return { items: rows.map(recentOf), total: counted?.total ?? 0, page, limit };
  }

  /** One of a person's own, with its photo as JPEG. @throws VitrineError `search.unknown` (404) */
  async get(userId: string, id: string): Promise<{ search: RecentSearch; photo: Buffer }> {
    await this.flush();
    const [row] = await this.db
      .select()
      .from(searches)
      .where(and(eq(searches.id, id), eq(searches.userId, userId)));
    if (!row) throw unknown();
    return { search: recentOf(row), photo: await this.blobs.read(row.image) };
  }

  /** @throws VitrineError `search.unknown` (404) */
  async delete(userId: string, id: string): Promise<void> {
    await this.flush();
    const removed = await this.db
      .delete(searches)
      .where(and(eq(searches.id, id), eq(searches.userId, userId)))
      .returning({ image: searches.image });
    if (!removed.length) throw unknown();
    await this.#forget(removed);
  }

  async clear(userId: string): Promise<void> {
    await this.flush();
    await this.#forget(
      await this.db.delete(searches).where(eq(searches.userId, userId)).returning({ image: searches.image }),
    );
  }

  /** Deletes what is older than so many days. */
  async prune(days: number): Promise<void> {
    const isOld = lt(searches.at, sql`now() - make_interval(days => ${days})`);
    await this.#forget(await this.db.delete(searches).where(isOld).returning({ image: searches.image }));
  }

  /** Upright, small, and without the place where it was taken. */
  async #write({ photo, crop, ...asked }: Asked, at: Date): Promise<void> {
    const kept = await sharp(photo, { limitInputPixels: MAX_PICTURE_PIXELS })
      .autoOrient()
      .resize({ width: KEPT_SIDE, height: KEPT_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .jpeg({ quality: 85 })
      .toBuffer();
    const image = await this.blobs.put(kept);
    await this.db.insert(searches).values({ ...asked, at, image, crop: crop ?? null });
  }

  /** Deletes photos that no other search and no product shows. */
  async #forget(removed: readonly { image: string }[]): Promise<void> {
    const hashes = [...new Set(removed.map(({ image }) => image))];
    if (!hashes.length) return;
    const searched = await this.db
      .select({ hash: searches.image })
      .from(searches)
      .where(inArray(searches.image, hashes));
    const stored = await this.db.select({ hash: images.hash }).from(images).where(inArray(images.hash, hashes));
    const used = new Set([...searched, ...stored].map(({ hash }) => hash));
    for (const hash of hashes) if (!used.has(hash)) await this.blobs.delete(hash);
  }
}

function recentOf({ id, at, crop, filter, goodMatch, results }: Row): RecentSearch {
  return { id, at: at.toISOString(), crop, filter, goodMatch, results };
}

const unknown = () => new VitrineError('search.unknown', 'There is no search of yours with this id.', 404);
