import { VitrineError } from '@vitrine/models';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { getProduct, type Product, productColumns, productOf } from '../catalogue/products.js';
import { categories, products } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';
import { MAX_HITS, type VectorFilter } from '../platform/vectors/vector-index.js';
import type { Crop, SearchFilter, searchAnswer, textAnswer } from './api.js';
import { likenessOf, thresholdFor } from './calibration.js';
import { embedPhotos, type Photos } from './embed-photos.js';
import { keepEmbeddings, PHOTOS_OF_PRODUCT, problemOf, vectorsOf } from './embeddings.js';
import { bandOf, foldTwins } from './fold.js';
import type { Follower } from './follower.js';
import type { LiveIndex, ProductHit } from './live-index.js';
import { croppedPhoto } from './photo.js';

export type SearchAnswer = z.infer<typeof searchAnswer>;
type TextAnswer = z.infer<typeof textAnswer>;
type Kind = 'product' | 'photo' | 'text';

export interface SearchOptions {
  db: Queries;
  photos: Photos;
  follower: Follower;
  /** Told of every search, for the metrics; the outcome is `ok` or the error's code. */
  onSearch(kind: Kind, outcome: string, milliseconds: number): void;
}

interface Question {
  vector: Float32Array;
  filter: SearchFilter;
  /** The product that asks is no answer. */
  except?: string;
}

/** A hit with its product and what folding looks at. */
interface Candidate {
  id: string;
  image: string;
  vector: Float32Array | undefined;
  product: Product;
  score: number;
}

type Folded = ReturnType<typeof foldTwins<Candidate>>;

/** Answers what looks like a product or a photo, or what words say. All of an answer comes from one model. */
export class Search {
  constructor(private readonly options: SearchOptions) {}

  /** @throws VitrineError `product.unknown`, `category.unknown` (404), `product.no-photo`, `model.none` (409); the photo's own */
  similarTo(productId: string, filter: SearchFilter): Promise<SearchAnswer> {
    return this.#timed('product', async (started) => {
      const product = await getProduct(this.options.db, productId);
      if (!product.images.length)
        throw new VitrineError('product.no-photo', 'This product has no photo to compare; add one to it.', 409);
      return this.options.follower.use(async (live) => {
        const vector = await this.#vectorOf(live, product);
        return this.#answer(live, { vector, filter, except: productId }, started);
      });
    });
  }

  /** @throws InputError the photo's own (422); VitrineError `category.unknown` (404), `model.none` (409), `model.busy` (503) */
  byPhoto(photo: Buffer, filter: SearchFilter, crop?: Crop): Promise<SearchAnswer> {
    return this.#timed('photo', async (started) => {
      const picture = await croppedPhoto(photo, crop);
      return this.options.follower.use(async (live) =>
        this.#answer(live, { vector: await live.encoder.embed(picture), filter }, started),
      );
    });
  }

  /**
   * By words, where the encoder knows them. Their scores lie lower than those of two photos, so nothing is said of a match.
   * @throws VitrineError `input.text` (422) where it knows photos only; `category.unknown` (404), `model.none` (409)
   */
  byText(text: string, filter: SearchFilter): Promise<TextAnswer> {
    return this.#timed('text', (started) =>
      this.options.follower.use(async (live) => {
        const vector = await live.encoder.embedText(text);
        const results = await this.#found(live, { vector, filter });
        return {
          model: { id: live.model.id, version: live.model.version },
          results: results.map(({ hit: { product, score }, duplicates }) => ({ product, score, duplicates })),
          tookMs: performance.now() - started,
        };
      }),
    );
  }

  async #timed<Answer>(kind: Kind, work: (started: number) => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    let outcome = 'error';
    try {
      const answer = await work(started);
      outcome = 'ok';
      return answer;
    } catch (error) {
      if (error instanceof VitrineError) outcome = error.code;
      throw error;
    } finally {
      this.options.onSearch(kind, outcome, performance.now() - started);
    }
  }

  /** Of the product's first photo that has one; embedded now where none was tried yet. */
  async #vectorOf(live: LiveIndex, { images }: Product): Promise<Float32Array> {
    const { db, photos } = this.options;
    const shown = images.slice(0, PHOTOS_OF_PRODUCT);
    const known = await vectorsOf(db, live.model.id, shown);
    const first = shown.find((image) => known.has(image));
    if (first !== undefined) return known.get(first) as Float32Array;
    for (const image of shown) {
      if (await problemOf(db, live.model.id, image)) continue;
      const [made] = await embedPhotos(live.encoder, photos, [image]);
      if (!made) continue;
      await keepEmbeddings(db, live.model.id, [made]);
      if ('vector' in made) return made.vector;
    }
    const problem = await problemOf(db, live.model.id, shown[0] ?? '');
    throw new VitrineError(problem?.code ?? 'input.image', problem?.message ?? 'The photo can’t be read.', 422);
  }

  async #answer(live: LiveIndex, question: Question, started: number): Promise<SearchAnswer> {
    const { calibration, model } = live;
    const found = await this.#found(live, question);
    const results = found.map(({ hit: { product, score }, duplicates }) => ({
      ...{ product, score, duplicates },
      likeness: likenessOf(calibration, score),
      band: bandOf(calibration, score, product.category),
    }));
    return {
      model: { id: model.id, version: model.version },
      goodMatch: results.some(({ band }) => band !== 'weak'),
      threshold: thresholdFor(calibration, results[0]?.product.category ?? null),
      results,
      tookMs: performance.now() - started,
    };
  }

  /** The nearest that pass the filter, nearly equal photos folded into one. */
  async #found(live: LiveIndex, { vector, filter, except }: Question): Promise<Folded> {
    const { limit } = filter;
    const where = await this.#narrowed(filter);
    let folded: Folded = [];
    // What is folded, gone or the asking product itself leaves room for more.
    for (let wanted = Math.min(MAX_HITS, 2 * limit + 12); ; wanted = Math.min(MAX_HITS, wanted * 4)) {
      const { hits, isAll } = await live.search(vector, { limit: wanted, ...(where ? { where } : {}) });
      folded = foldTwins(await this.#candidates(live, hits, except), live.calibration.twin);
      if (folded.length >= limit || wanted === MAX_HITS || isAll) break;
    }
    return folded.slice(0, limit);
  }

  async #narrowed({ category, minPrice, maxPrice, inStock }: SearchFilter): Promise<VectorFilter | undefined> {
    if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice)
      throw new VitrineError('request.invalid', 'The lowest price is above the highest; exchange them.', 422);
    if (category !== undefined) {
      const known = await this.options.db
        .select({ code: categories.code })
        .from(categories)
        .where(eq(categories.code, category));
      if (!known.length)
        throw new VitrineError('category.unknown', `There is no category "${category}"; see GET /categories.`, 404);
    }
    const where = { category, minPrice, maxPrice, ...(inStock ? { inStock } : {}) };
    return Object.values(where).some((value) => value !== undefined) ? where : undefined;
  }

  /** The hits that are still listed, nearest first. */
  async #candidates(live: LiveIndex, hits: readonly ProductHit[], except: string | undefined): Promise<Candidate[]> {
    const { db } = this.options;
    const others = hits.filter(({ productId }) => productId !== except);
    if (!others.length) return [];
    const ids = others.map(({ productId }) => productId);
    const rows = await db
      .select(productColumns)
      .from(products)
      .leftJoin(categories, eq(categories.code, products.category))
      .where(and(inArray(products.id, ids), isNull(products.deletedAt)));
    const listed = new Map(rows.map((row) => [row.id, productOf(row)]));
    const found = others.flatMap(({ productId: id, place, score }) => {
      const product = listed.get(id);
      const image = product?.images[place];
      return product && image !== undefined ? [{ id, image, product, score }] : [];
    });
    const vectors = await vectorsOf(
      db,
      live.model.id,
      found.map(({ image }) => image),
    );
    return found.map((each) => ({ ...each, vector: vectors.get(each.image) }));
  }
}
