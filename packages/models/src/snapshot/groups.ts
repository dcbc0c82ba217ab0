import { similarHashes } from './difference-hash.js';
import { minHash, normaliseText, SIGNATURE, similarity, similarPairs } from './min-hash.js';
import { UnionFind } from './union-find.js';

/** Estimated Jaccard similarity from which two texts describe one product. */
const SAME_TEXT = 0.8;
/** Below this, texts contradict a resemblance of the pictures. */
const OTHER_TEXT = 0.3;
/** Of 256 bits of the difference hash. */
const SAME_PICTURE_BITS = 10;
/** One picture on more products than this with other texts is a placeholder, not a sign of a duplicate. */
const PLACEHOLDER = 20;
/** Where pictures tell products apart, so short a text ("T-shirt") doesn't make two of them one. */
const TELLING_CHARACTERS = 12;

export interface GroupingInput {
  text: string;
  /** SHA-256 of the picture's bytes. */
  picture?: string;
  /** Difference hash, where the picture is large enough to have a telling one. */
  hash?: Uint32Array;
}

/**
 * Collects what tells near-duplicate products (about 0.5 kB a row), then groups them: equal or nearly equal texts
 * (MinHash), the same picture, or nearly the same picture under texts that don't contradict.
 */
export class Grouping {
  #count = 0;
  readonly #texts = new Map<string, number>();
  readonly #pictures = new Map<string, number[]>();
  readonly #equal: [number, number][] = [];
  #signatures = new Uint32Array(1024 * SIGNATURE);
  /** Row of each signature, and the signature of each row (−1: no text). */
  readonly #signed: number[] = [];
  readonly #signatureOf: number[] = [];
  readonly #hashed: number[] = [];
  readonly #hashes: Uint32Array[] = [];

  add({ text, picture, hash }: GroupingInput): void {
    const row = this.#count++;
    const normalised = normaliseText(text);
    if (normalised && (!picture || normalised.length >= TELLING_CHARACTERS)) this.#addText(row, normalised);
    else this.#signatureOf.push(-1);
    if (picture) {
      const sharing = this.#pictures.get(picture);
      if (sharing) sharing.push(row);
      else this.#pictures.set(picture, [row]);
    }
    if (hash) {
      this.#hashed.push(row);
      this.#hashes.push(hash);
    }
  }

  #addText(row: number, normalised: string): void {
    const first = this.#texts.get(normalised);
    if (first !== undefined) {
      this.#equal.push([first, row]);
      this.#signatureOf.push(this.#signatureOf[first]!);
      return;
    }
    this.#texts.set(normalised, row);
    const signature = this.#signed.length;
    if ((signature + 1) * SIGNATURE > this.#signatures.length) {
      const grown = new Uint32Array(this.#signatures.length * 2);
      grown.set(this.#signatures);
      this.#signatures = grown;
    }
    minHash(normalised, this.#signatures, signature * SIGNATURE);
    this.#signed.push(row);
    this.#signatureOf.push(signature);
  }

  /** Group number of every row, in order of first appearance. Resemblance alone never makes a group of over 2 % of the rows. */
  groups(): Int32Array {
    const sets = new UnionFind(this.#count);
    const limit = Math.max(50, Math.floor(this.#count * 0.02));
    for (const [left, right] of this.#equal) sets.union(left, right);
    for (const rows of this.#pictures.values()) this.#joinSharing(rows, sets, limit);
    const signatures = this.#signatures.subarray(0, this.#signed.length * SIGNATURE);
    for (const [left, right] of similarPairs(signatures, SAME_TEXT))
      sets.union(this.#signed[left]!, this.#signed[right]!, limit);
    const hashes = new Uint32Array(this.#hashes.length * 8);
    for (const [index, hash] of this.#hashes.entries()) hashes.set(hash, index * 8);
    for (const [left, right] of similarHashes(hashes, SAME_PICTURE_BITS)) {
      const [a, b] = [this.#hashed[left]!, this.#hashed[right]!];
      if (!this.#contradict(a, b)) sets.union(a, b, limit);
    }
    return sets.labels();
  }

  #joinSharing(rows: number[], sets: UnionFind, limit: number): void {
    const first = rows[0]!;
    const placeholder = rows.length > PLACEHOLDER;
    for (const row of rows) if (!placeholder || !this.#contradict(first, row)) sets.union(first, row, limit);
  }

  #contradict(left: number, right: number): boolean {
    const [a, b] = [this.#signatureOf[left]!, this.#signatureOf[right]!];
    return a >= 0 && b >= 0 && a !== b && similarity(this.#signatures, a, b) < OTHER_TEXT;
  }
}
