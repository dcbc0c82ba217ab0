import { type Calibration, likenessOf, thresholdFor } from './calibration.js';

/** What folding needs to know of a hit. */
export interface Folding {
  id: string;
  /** Content hash of the photo that was found. */
  image: string;
  vector: Float32Array | undefined;
}

/**
 * One hit of those whose photos are nearly the same: the nearest stays, with the ids of the others.
 * @param hits nearest first
 * @param twin the score from which two photos show the same thing
 */
export function foldTwins<Hit extends Folding>(
  hits: readonly Hit[],
  twin: number,
): { hit: Hit; duplicates: string[] }[] {
  const kept: { hit: Hit; duplicates: string[] }[] = [];
  for (const hit of hits) {
    const same = kept.find(({ hit: other }) => other.image === hit.image || cosine(other.vector, hit.vector) >= twin);
    if (same) same.duplicates.push(hit.id);
    else kept.push({ hit, duplicates: [] });
  }
  return kept;
}

export type Band = 'same' | 'close' | 'related' | 'weak';

/** Likeness from which a match is close. */
const CLOSE = 80;

/** How alike in words: `weak` is what doesn't reach the threshold of its category. */
export function bandOf(calibration: Calibration, score: number, category: string | null): Band {
  if (score >= calibration.twin) return 'same';
  if (score < thresholdFor(calibration, category)) return 'weak';
  return likenessOf(calibration, score) >= CLOSE ? 'close' : 'related';
}

/** Of unit vectors; −1 where one is missing. */
function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  if (!one || !other) return -1;
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += (one[index] as number) * (other[index] as number);
  return sum;
}
