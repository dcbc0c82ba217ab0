import { softmaxRows } from '../metrics/softmax.js';
import { type PictureSpec, pictureSize } from '../pictures/picture.js';
import type { Usable } from './examples.js';
import type { ClassifyInput, ImageWeights, WordWeight } from './schema.js';
import { wordPlaces } from './word-places.js';

/** Logits [variants × classes] of variants of one listing. */
type Score = (variants: readonly Usable[]) => Promise<Float32Array>;

const MOST_WORDS = 60;
const GRID = 7;

/**
 * What each word does: the fall of the log-odds of a class when the word is left out (occlusion, Zeiler & Fergus 2014),
 * for the first 60 words of title and description.
 */
export async function explainText(
  input: ClassifyInput,
  usable: Usable,
  chosen: number,
  classes: number,
  score: Score,
): Promise<WordWeight[]> {
  const places = wordPlaces(input, MOST_WORDS).slice(0, MOST_WORDS);
  const variants = places.map(({ field, cleanStart, text }) => {
    const { title, description } = usable.text!;
    const own = { title, description };
    own[field] = own[field].slice(0, cleanStart) + own[field].slice(cleanStart + text.length);
    return { ...usable, text: own };
  });
  const odds = logOdds(await score([usable, ...variants]), chosen, classes);
  return places.map(({ cleanStart: _, ...place }, i) => ({ ...place, weight: odds[0]! - odds[i + 1]! }));
}

/** What each cell of a coarse grid over the picture does: the same, with the cell covered by the mean colour. */
export async function explainImage(
  usable: Usable,
  spec: PictureSpec,
  chosen: number,
  classes: number,
  score: Score,
): Promise<ImageWeights> {
  const [rows, columns] = [Math.min(GRID, spec.height), Math.min(GRID, spec.width)];
  const variants = Array.from({ length: rows * columns }, (_, cell) => ({
    ...usable,
    picture: covered(usable.picture!, spec, { row: Math.floor(cell / columns), column: cell % columns, rows, columns }),
  }));
  const odds = logOdds(await score([usable, ...variants]), chosen, classes);
  return { rows, columns, weights: variants.map((_, i) => odds[0]! - odds[i + 1]!) };
}

function logOdds(logits: Float32Array, chosen: number, classes: number): number[] {
  const probabilities = softmaxRows(logits, classes);
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, probabilities[row * classes + chosen]!));
    return Math.log(p / (1 - p));
  });
}

function covered(
  picture: Uint8Array,
  spec: PictureSpec,
  at: { row: number; column: number; rows: number; columns: number },
): Uint8Array {
  const copy = picture.slice(0, pictureSize(spec));
  const { width, height, channels, mean } = spec;
  const [top, bottom] = [at.row, at.row + 1].map((row) => Math.round((row * height) / at.rows)) as [number, number];
  const [left, right] = [at.column, at.column + 1].map((column) => Math.round((column * width) / at.columns)) as [
    number,
    number,
  ];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      for (let c = 0; c < channels; c++) copy[(y * width + x) * channels + c] = mean[c]!;
  return copy;
}
