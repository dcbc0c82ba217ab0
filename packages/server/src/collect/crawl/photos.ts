import { InputError } from '@vitrine/models';
import { eq } from 'drizzle-orm';
import type { Image, Images } from '../../catalogue/images.js';
import type { Queries } from '../../platform/database/database.js';
import { rowChunks } from '../../platform/database/row-chunks.js';
import type { Fetcher } from '../fetching/fetcher.js';
import { collectImages } from '../tables.js';
import { lookOf, looksSame } from './look.js';
import { patiently } from './patience.js';

/** A stored photo: content hash, perceptual hash. */
export interface Photo {
  hash: string;
  look: string;
}

/** A product's photos, and how many more could not be had for now. */
export interface Found {
  photos: Photo[];
  owed: number;
}

/** Fetches products' photos; each address once, each content once. */
export class Photos {
  /** Being fetched, so that products that share a photo wait for one. */
  readonly #fetching = new Map<string, Promise<Photo | 'owed' | undefined>>();
  /** Fetched and not noted yet, by address. */
  readonly #fresh = new Map<string, Photo & { image: Image }>();

  constructor(
    private readonly db: Queries,
    private readonly images: Images,
    private readonly fetcher: Fetcher,
    private readonly signal: AbortSignal,
  ) {}

  /** The first `max` photos that can be had and that look different from one another. */
  async of(links: readonly string[], max: number): Promise<Found> {
    const photos: Photo[] = [];
    let owed = 0;
    for (const link of links) {
      if (photos.length >= max) break;
      const photo = await this.#one(link);
      if (photo === 'owed') owed++;
      else if (photo && !photos.some(({ look }) => looksSame(look, photo.look))) photos.push(photo);
    }
    return { photos, owed };
  }

  /** Notes what was fetched since, so that it is not fetched again; to be done before products are kept that show it, and safe to do twice. */
  async note(): Promise<void> {
    const fresh = [...this.#fresh];
    if (fresh.length === 0) return;
    await this.images.note(fresh.map(([, { image }]) => image));
    const rows = fresh.map(([url, { hash, look }]) => ({ url, hash, look }));
    for (const chunk of rowChunks(rows)) await this.db.insert(collectImages).values(chunk).onConflictDoNothing();
    for (const [url] of fresh) this.#fresh.delete(url);
  }

  #one(url: string): Promise<Photo | 'owed' | undefined> {
    const fetching = this.#fetching.get(url) ?? this.#fetch(url).finally(() => this.#fetching.delete(url));
    this.#fetching.set(url, fetching);
    return fetching;
  }

  async #fetch(url: string): Promise<Photo | 'owed' | undefined> {
    const fresh = this.#fresh.get(url);
    if (fresh) return fresh;
    const [known] = await patiently(this.signal, () =>
      this.db.select().from(collectImages).where(eq(collectImages.url, url)),
    );
    if (known) return known;
    const answer = await this.fetcher.picture(url);
    if (answer.kind !== 'picture') return answer.kind === 'owed' ? 'owed' : undefined;
    const { bytes } = answer;
    try {
      const image = await this.images.keep(bytes);
      const photo = { hash: image.hash, look: await lookOf(bytes), image };
      this.#fresh.set(url, photo);
      return photo;
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }
}
