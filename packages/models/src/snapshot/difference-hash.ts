/** Bits of a picture's hash, as 8 words. */
const WORDS = 8;
export const HASH_WIDTH = 17;
export const HASH_HEIGHT = 16;
/** Differences below this many grey levels are noise of compression, not structure. */
const NOISE = 3;
/** Bucket members a picture is compared with. */
const COMPARED = 64;

/**
 * Difference hash of a picture shrunk to 17 × 16 grey values: one bit per neighbouring pair, set where it gets darker to
 * the right. Resized, recompressed copies differ in a few of the 256 bits. Bit i goes to word i mod 8, so that
 * every word samples the whole picture.
 */
export function differenceHash(grey: Uint8Array): Uint32Array {
  const words = new Uint32Array(WORDS);
  for (let bit = 0; bit < 256; bit++) {
    const at = (bit >> 4) * HASH_WIDTH + (bit & 15);
    if (grey[at]! > grey[at + 1]! + NOISE) words[bit % WORDS]! |= 1 << Math.floor(bit / WORDS);
  }
  return words;
}

/** A flat picture's hash says nothing: fewer than 12 of 256 bits set. */
export function isTelling(hash: Uint32Array): boolean {
  return hash.reduce((sum, word) => sum + ones(word), 0) >= 12;
}

/** Pairs of hashes (8 words each, concatenated) that differ in at most `distance` bits and agree in one whole word. */
export function* similarHashes(hashes: Uint32Array, distance: number): Generator<[number, number]> {
  const count = hashes.length / WORDS;
  const previous = new Int32Array(count);
  for (let word = 0; word < WORDS; word++) {
    const heads = new Map<number, number>();
    for (let item = 0; item < count; item++) {
      const key = hashes[item * WORDS + word]!;
      let other = heads.get(key) ?? -1;
      previous[item] = other;
      heads.set(key, item);
      for (let compared = 0; other >= 0 && compared < COMPARED; compared++) {
        if (differingBits(hashes, item, other) <= distance) yield [other, item];
        other = previous[other]!;
      }
    }
  }
}

function differingBits(hashes: Uint32Array, left: number, right: number): number {
  let bits = 0;
  for (let word = 0; word < WORDS; word++) bits += ones(hashes[left * WORDS + word]! ^ hashes[right * WORDS + word]!);
  return bits;
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
