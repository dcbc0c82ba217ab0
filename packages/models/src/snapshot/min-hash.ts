/** Values in a signature, and how they are cut into bands: 16 bands of 4 find a pair of Jaccard 0.8 with 0.9998. */
export const SIGNATURE = 64;
const BAND = 4;
const SHINGLE = 5;
/** A longer text is compared by its start: enough to tell products apart, and a pasted manual costs no seconds. */
const COMPARED_CHARACTERS = 4000;
/** Bucket members a row is compared with; a bucket of thousands holds templates, not duplicates. */
const COMPARED_ROWS = 16;

const [multipliers, offsets] = [0x9e3779b9, 0x85ebca6b].map((salt) =>
  Uint32Array.from({ length: SIGNATURE }, (_, index) => mix(Math.imul(index + 1, salt)) | 1),
) as [Uint32Array, Uint32Array];

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What two listings of one product have in common: markup, case, accents' form and punctuation dropped. */
export function normaliseText(text: string): string {
  return text
    .slice(0, 4 * COMPARED_CHARACTERS)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&[a-z0-9#]{1,8};/gi, ' ')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, COMPARED_CHARACTERS);
}

/**
 * MinHash signature of a text's set of 5-character shingles (Broder 1997): the share of equal values in two signatures
 * estimates the Jaccard similarity of the sets, with a standard error of at most 1/16.
 * @param target receives `SIGNATURE` values from `at` on.
 */
export function minHash(normalised: string, target: Uint32Array, at: number): void {
  const signature = target.subarray(at, at + SIGNATURE).fill(0xffffffff);
  const last = Math.max(0, normalised.length - SHINGLE);
  for (let start = 0; start <= last; start++) {
    let hash = 0;
    const end = Math.min(normalised.length, start + SHINGLE);
    for (let index = start; index < end; index++)
      hash = (Math.imul(hash, 0x01000193) ^ normalised.charCodeAt(index)) | 0;
    hash = mix(hash);
    for (let k = 0; k < SIGNATURE; k++) {
      const value = (Math.imul(hash, multipliers[k]!) + offsets[k]!) >>> 0;
      if (value < signature[k]!) signature[k] = value;
    }
  }
}

/** Estimated Jaccard similarity of the texts behind signatures `left` and `right` (numbers in units of signatures). */
export function similarity(signatures: Uint32Array, left: number, right: number): number {
  let equal = 0;
  for (let k = 0; k < SIGNATURE; k++)
    if (signatures[left * SIGNATURE + k] === signatures[right * SIGNATURE + k]) equal++;
  return equal / SIGNATURE;
}

/**
 * Pairs whose signatures agree in a whole band (locality-sensitive hashing) and whose estimated similarity reaches
 * `threshold`. A pair may come more than once.
 * @param isKnown pairs that needn't be compared: a thousand copies of one text are joined one by one, not each with each
 */
export function* similarPairs(
  signatures: Uint32Array,
  threshold: number,
  isKnown: (left: number, right: number) => boolean = () => false,
): Generator<[number, number]> {
  const count = signatures.length / SIGNATURE;
  const previous = new Int32Array(count);
  for (let band = 0; band < SIGNATURE; band += BAND) {
    const heads = new Map<number, number>();
    for (let row = 0; row < count; row++) {
      let key = band;
      for (let k = 0; k < BAND; k++) key = mix(key ^ signatures[row * SIGNATURE + band + k]!);
      let other = heads.get(key) ?? -1;
      previous[row] = other;
      heads.set(key, row);
      for (let compared = 0; other >= 0 && compared < COMPARED_ROWS; compared++) {
        if (!isKnown(other, row) && similarity(signatures, row, other) >= threshold) yield [other, row];
        other = previous[other]!;
      }
    }
  }
}
