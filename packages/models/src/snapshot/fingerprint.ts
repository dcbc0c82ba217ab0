/** Words of a picture's hash: 256 bits. */
const WORDS = 8;
export const HASH_WIDTH = 17;
export const HASH_HEIGHT = 16;
/** Differences below this many grey levels are noise of compression, not structure. */
const NOISE = 3;
/** With fewer bits set a picture is too plain for its hash to tell anything. */
const TELLING_BITS = 12;
/** Share of the bits set in either of two hashes in which copies of one picture may differ. */
const DIFFERING_SHARE = 0.12;
/** Mean difference in grey levels up to which pictures are copies: shoes of one shape in another leather differ by more. */
const SAME_GREY = 2.5;
/** Bucket members a picture is compared with. */
const COMPARED = 64;

/** What tells copies of one picture, resized or compressed anew, from pictures alike. */
export interface Fingerprint {
  /** Difference hash: one bit per neighbouring pair of pixels, set where it gets darker to the right. */
  bits: Uint32Array;
  /** The picture at 17 × 16, in grey. */
  grey: Uint8Array;
}

/**
 * Fingerprint of a picture shrunk to 17 × 16 grey values; `undefined` for one too plain to tell. Bit i of the hash goes
 * to word i mod 8, so that every word samples the whole picture.
 */
export function fingerprintOf(grey: Uint8Array): Fingerprint | undefined {
  const bits = new Uint32Array(WORDS);
  for (let bit = 0; bit < 256; bit++) {
    const at = (bit >> 4) * HASH_WIDTH + (bit & 15);
    if (grey[at]! > grey[at + 1]! + NOISE) bits[bit % WORDS]! |= 1 << Math.floor(bit / WORDS);
  }
  return bits.reduce((sum, word) => sum + ones(word), 0) < TELLING_BITS ? undefined : { bits, grey };
}

/** Pairs of copies among pictures, of those whose hashes agree in one whole word. */
export function* copiedPictures(pictures: Fingerprint[]): Generator<[number, number]> {
  const previous = new Int32Array(pictures.length);
  for (let word = 0; word < WORDS; word++) {
    const heads = new Map<number, number>();
    for (const [item, picture] of pictures.entries()) {
      const key = picture.bits[word]!;
      let other = heads.get(key) ?? -1;
      previous[item] = other;
      heads.set(key, item);
      for (let compared = 0; other >= 0 && compared < COMPARED; compared++) {
        if (areCopies(picture, pictures[other]!)) yield [other, item];
        other = previous[other]!;
      }
    }
  }
}

function areCopies(a: Fingerprint, b: Fingerprint): boolean {
  let differing = 0;
  let either = 0;
  for (let word = 0; word < WORDS; word++) {
    differing += ones(a.bits[word]! ^ b.bits[word]!);
    either += ones(a.bits[word]! | b.bits[word]!);
  }
  if (differing > either * DIFFERING_SHARE) return false;
  let difference = 0;
  for (let at = 0; at < a.grey.length; at++) difference += Math.abs(a.grey[at]! - b.grey[at]!);
  return difference <= SAME_GREY * a.grey.length;
}

/** Bits set in a 32-bit word. */
function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
