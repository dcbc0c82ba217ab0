import { copiedPictures, type Fingerprint } from './fingerprint.js';
import { LimitedSets } from './limited-sets.js';
import { minHash, normaliseText, SIGNATURE, similarity, similarPairs } from './min-hash.js';
import { textKey } from './text-key.js';

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

export interface Grouped {
  /** Group number of every row, in order of first appearance. */
  groups: Int32Array;
  /** Rows that resemblance joins at most. */
  limit: number;
  /** Rows that are in another group than one they resemble, as the joint group would be too large; a few such pairs. */
  apart: { rows: number; examples: [number, number][] };
}

/**
 * Collects what tells near-duplicate products (under 1 kB a row, however long its text), then groups them: equal or nearly equal texts
 * (MinHash), the same picture, or a copy of it under texts that don't contradict.
 */
export class Grouping {
  #count = 0;
  /** First row of each text, by its key. */
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
    const key = textKey(normalised);
    const first = this.#texts.get(key);
    if (first !== undefined) {
      this.#equal.push([first, row]);
      this.#signatureOf.push(this.#signatureOf[first]!);
      return;
    }
    this.#texts.set(key, row);
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

  /** Resemblance alone never makes a group of over 2 % of the rows, or 50: rows kept apart by that are told. */
  groups(): Grouped {
    const limit = Math.max(50, Math.floor(this.#count * 0.02));
    const sets = new LimitedSets(this.#count, limit);
    for (const [left, right] of this.#equal) sets.joinCopies(left, right);
    for (const rows of this.#pictures.values()) this.#joinSharing(rows, sets);
    const signatures = this.#signatures.subarray(0, this.#signed.length * SIGNATURE);
    const isJoined = (left: number, right: number) => sets.areJoined(this.#signed[left]!, this.#signed[right]!);
    for (const [left, right] of similarPairs(signatures, SAME_TEXT, isJoined))
      if (this.#isSameText(signatures, left, right)) sets.join(this.#signed[left]!, this.#signed[right]!);
    for (const [left, right] of copiedPictures(this.#prints)) {
      const [a, b] = [this.#printed[left]!, this.#printed[right]!];
      if (!this.#contradict(a, b)) sets.join(a, b);
    }
    return { groups: sets.labels(), limit, apart: sets.apart() };
  }

  #joinSharing(rows: number[], sets: LimitedSets): void {
    const first = rows[0]!;
    const placeholder = rows.length > PLACEHOLDER;
    for (const row of rows) if (!placeholder || !this.#contradict(first, row)) sets.join(first, row);
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
