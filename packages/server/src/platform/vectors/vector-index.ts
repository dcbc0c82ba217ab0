import { VitrineError } from '@vitrine/models';

/** What a search can be narrowed by. A product without a price passes no limit of price. */
export interface VectorFilterValues {
  /** Codes of the product's category and of all above it, so that any of them finds it. */
  categories?: readonly string[];
  price?: number | null;
  inStock?: boolean;
}

/** All that is given must hold; limits of price are inclusive. */
export interface VectorFilter {
  category?: string | undefined;
  minPrice?: number | undefined;
  maxPrice?: number | undefined;
  inStock?: boolean | undefined;
}

export interface VectorEntry {
  id: string;
  /** `dimension` numbers of length 1. */
  vector: Float32Array;
  filter?: VectorFilterValues;
}

export interface VectorHit {
  id: string;
  /** Cosine of the angle to what was asked, −1 to 1. */
  score: number;
}

export interface VectorSearch {
  /** Hits wanted, 1 to `MAX_HITS`. */
  limit: number;
  where?: VectorFilter | undefined;
  /** Candidates a graph proposes, instead of as many as it was tuned to: more find more, and take longer. */
  expansion?: number | undefined;
}

/** How an index answers: by comparing all, through a graph of neighbours in memory, or in PostgreSQL. */
export type VectorBackend = 'exact' | 'usearch' | 'pgvector';

/** Most hits of one search. */
export const MAX_HITS = 1000;

/**
 * Unit vectors by id, searched by cosine. Derived from what the database holds, so it may always be built anew.
 * What is upserted or removed is in the next search; an id is there once.
 */
export interface VectorIndex {
  readonly dimension: number;
  readonly size: number;
  readonly backend: VectorBackend;
  /** Bytes of memory, or of the database, that it takes. */
  readonly bytes: number;
  /** Whatever was given to the `save` this was opened from; undefined when it begins empty. */
  readonly stamp: string | undefined;
  /** All or none. @throws VitrineError `vector.invalid` for a vector of another length, not finite, or not of length 1 */
  upsert(entries: readonly VectorEntry[]): Promise<void>;
  /** Other filter values for vectors that stay; ids that are unknown are passed over. */
  refilter(changes: readonly { id: string; filter: VectorFilterValues }[]): Promise<void>;
  /** Removing what is not there is no error. */
  remove(ids: readonly string[]): Promise<void>;
  has(id: string): Promise<boolean>;
  /** In no particular order. */
  ids(): Promise<string[]>;
  /** Nearest first; equal scores in the order of their ids. @throws VitrineError `vector.invalid`, `vector.limit` */
  search(vector: Float32Array, options: VectorSearch): Promise<VectorHit[]>;
  /**
   * Keeps it for the next start; a process killed meanwhile leaves what was saved before, or nothing.
   * @param stamp says what state this is: `stamp` of the index that opens from it
   */
  save(stamp: string): Promise<void>;
  /** Ends threads and frees memory; saves nothing. */
  close(): Promise<void>;
}

/** A unit vector within what float32 and int8 encoders round off. */
const LENGTH_TOLERANCE = 1e-3;

/** @throws VitrineError `vector.invalid` */
export function checkVector(vector: Float32Array, dimension: number): void {
  if (vector.length !== dimension)
    throw invalid(`A vector of ${vector.length} numbers was given where the index has ${dimension}.`);
  let square = 0;
  for (const value of vector) square += value * value;
  if (!Number.isFinite(square)) throw invalid('A vector holds what is no finite number.');
  if (Math.abs(Math.sqrt(square) - 1) > LENGTH_TOLERANCE)
    throw invalid(`A vector has the length ${Math.sqrt(square).toPrecision(3)} instead of 1: divide it by its length.`);
}

/** @throws VitrineError `vector.limit` */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_HITS)
    throw new VitrineError('vector.limit', `Ask for 1 to ${MAX_HITS} hits.`, 422);
}

/** Nearest first; equal scores by id, so that the same question has the same answer everywhere. */
export function byScoreThenId(one: VectorHit, other: VectorHit): number {
  return other.score - one.score || (one.id < other.id ? -1 : 1);
}

function invalid(sentence: string): VitrineError {
  return new VitrineError('vector.invalid', sentence, 422);
}
