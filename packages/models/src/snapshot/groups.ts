import { copiedPictures, type Fingerprint } from './fingerprint.js';
import { minHash, normaliseText, SIGNATURE, similarity, similarPairs } from './min-hash.js';
import { UnionFind } from './union-find.js';

/** Estimated Jaccard similarity from which two texts describe one product. */
const SAME_TEXT = 0.8;
/** The same where both have pictures: titles made after one pattern ("… Women Solid Grey Cap") then name other products. */
const SAME_TEXT_BESIDE_PICTURES = 0.92;
/** Below this, texts contradict a resemblance of the pictures. */
const OTHER_TEXT = 0.3;
/** One picture on more products than this with other texts is a placeholder, not a sign of a duplicate. */
const PLACEHOLDER = 20;
/** Where pictures tell products apart, so short a text ("T-shirt") doesn't make two of them one. */
const TELLING_CHARACTERS = 12;

export interface GroupingInput {
  text: string;
  /** SHA-256 of the picture's bytes. */
  picture?: string;
  /** Where the picture is large enough to have a telling one. */
  fingerprint?: Fingerprint;
}

/**
 * Collects what tells near-duplicate products (under 1 kB a row), then groups them: equal or nearly equal texts
 * (MinHash), the same picture, or a copy of it under texts that don't contradict.
 */
export class Grouping {
  #count = 0;
  readonly #texts = new Map<string, number>();
  readonly #pictures = new Map<string, number[]>();
  readonly #pictured: boolean[] = [];
  readonly #equal: [number, number][] = [];
  #signatures = new Uint32Array(1024 * SIGNATURE);
  /** Row of each signature, and the signature of each row (−1: no text). */
  readonly #signed: number[] = [];
  readonly #signatureOf: number[] = [];
  /** Row of each fingerprint. */
  readonly #printed: number[] = [];
  readonly #prints: Fingerprint[] = [];

  add({ text, picture, fingerprint }: GroupingInput): void {
    const row = this.#count++;
    this.#pictured.push(picture !== undefined);
    const normalised = normaliseText(text);
    if (normalised && (!picture || normalised.length >= TELLING_CHARACTERS)) this.#addText(row, normalised);
    else this.#signatureOf.push(-1);
    if (picture) {
      const sharing = this.#pictures.get(picture);
      if (sharing) sharing.push(row);
      else this.#pictures.set(picture, [row]);
    }
    if (fingerprint) {
      this.#printed.push(row);
      this.#prints.push(fingerprint);
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
    const isJoined = (left: number, right: number) =>
      sets.find(this.#signed[left]!) === sets.find(this.#signed[right]!);
    for (const [left, right] of similarPairs(signatures, SAME_TEXT, isJoined))
      if (this.#isSameText(signatures, left, right)) sets.union(this.#signed[left]!, this.#signed[right]!, limit);
    for (const [left, right] of copiedPictures(this.#prints)) {
      const [a, b] = [this.#printed[left]!, this.#printed[right]!];
      if (!this.#contradict(a, b)) sets.union(a, b, limit);
    }
    return sets.labels();
  }

  #joinSharing(rows: number[], sets: UnionFind, limit: number): void {
    const first = rows[0]!;
    const placeholder = rows.length > PLACEHOLDER;
    for (const row of rows) if (!placeholder || !this.#contradict(first, row)) sets.union(first, row, limit);
  }

  #isSameText(signatures: Uint32Array, left: number, right: number): boolean {
    if (!this.#pictured[this.#signed[left]!] || !this.#pictured[this.#signed[right]!]) return true;
    return similarity(signatures, left, right) >= SAME_TEXT_BESIDE_PICTURES;
  }

  #contradict(left: number, right: number): boolean {
    const [a, b] = [this.#signatureOf[left]!, this.#signatureOf[right]!];
    return a >= 0 && b >= 0 && a !== b && similarity(this.#signatures, a, b) < OTHER_TEXT;
  }
}
