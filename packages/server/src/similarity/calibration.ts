/** Two photos of the catalogue and how alike a model finds them. */
export interface Pair {
  score: number;
  /** Whether both are of one category. */
  same: boolean;
  /** The found photo's. */
  category: string | null;
}

/** From which score on a photo of a category counts as a match. */
export interface Threshold {
  /** Null: for categories with too few pairs to tell, and for products without one. */
  category: string | null;
  threshold: number;
  /** Share of the pairs from the threshold on that are of one category; null where nothing was labelled. */
  precision: number | null;
  pairs: number;
}

/** What scores of a model mean in this catalogue. */
export interface Calibration {
  /** From here on two photos show the same thing. */
  twin: number;
  /** The share of pairs that are of one category, at rising scores; between them it is interpolated. */
  curve: { scores: number[]; shares: number[] };
  /** The first is for all categories that have none of their own. */
  thresholds: Threshold[];
}

/** Until the catalogue's photos were compared. */
export const uncalibrated: Calibration = {
  twin: 0.985,
  curve: { scores: [0, 1], shares: [0, 1] },
  thresholds: [{ category: null, threshold: 0.5, precision: null, pairs: 0 }],
};

/** Share of pairs of one category that a threshold stands for. */
const PRECISION = 0.6;
/** Fewest pairs that a threshold may rest on. */
const ENOUGH = 30;
/** Without labels, the share of unrelated pairs that a match must surpass. */
const UNRELATED = 0.99;
const TWIN = 0.985;
const UNRELATED_TWIN = 0.999;
const BINS = 100;

/**
 * What a model's scores mean, from pairs of the catalogue's photos.
 * @param found photos with the nearest of other products: what a search answers
 * @param random any two photos: what scores mean where nothing is alike, and how far apart unrelated ones are
 */
export function calibrate(found: readonly Pair[], random: readonly Pair[]): Calibration {
  const unrelated = Float64Array.from(random, ({ score }) => score).sort();
  const twin = Math.min(1, Math.max(TWIN, quantile(unrelated, UNRELATED_TWIN)));
  const isLabelled = found.length >= ENOUGH && found.some(({ same }) => same) && random.some(({ same }) => !same);
  if (!isLabelled) return { twin, ...withoutLabels(unrelated) };
  const curve = risingShares([...found, ...random]);
  const overall = thresholdOf(found) ?? { threshold: 1, precision: null, pairs: found.length };
  const ofCategories = [...byCategory(found)].flatMap(([category, pairs]) => {
    const own = pairs.length >= ENOUGH ? thresholdOf(pairs) : undefined;
    return own ? [{ category, ...own }] : [];
  });
  return { twin, curve, thresholds: [{ category: null, ...overall }, ...ofCategories] };
}

/** Of 100 pairs with such a score, how many are of one category; without labels, how many unrelated ones score less. */
export function likenessOf({ curve: { scores, shares } }: Calibration, score: number): number {
  const above = scores.findIndex((each) => each >= score);
  const last = shares.length - 1;
  if (above === 0 || last < 0) return 100 * (shares[0] ?? 0);
  if (above < 0) return 100 * (shares[last] ?? 0);
  const [x0, x1] = [scores[above - 1] as number, scores[above] as number];
  const [y0, y1] = [shares[above - 1] as number, shares[above] as number];
  return 100 * (y0 + ((y1 - y0) * (score - x0)) / (x1 - x0));
}

/** The score from which a photo of a category counts as a match. */
export function thresholdFor({ thresholds }: Calibration, category: string | null): number {
  const own = thresholds.find((each) => each.category === category) ?? thresholds[0];
  return own?.threshold ?? 1;
}

/**
 * The lowest score from which on the share of pairs of one category reaches `PRECISION`, resting on enough pairs;
 * undefined where it never does.
 */
function thresholdOf(pairs: readonly Pair[]): Omit<Threshold, 'category'> | undefined {
  const falling = [...pairs].sort((a, b) => b.score - a.score);
  const enough = Math.min(ENOUGH, Math.ceil(falling.length / 10));
  let same = 0;
  let found: Omit<Threshold, 'category'> | undefined;
  falling.forEach((pair, index) => {
    same += pair.same ? 1 : 0;
    const count = index + 1;
    const isTied = falling[count]?.score === pair.score;
    if (!isTied && count >= enough && same / count >= PRECISION)
      found = { threshold: pair.score, precision: same / count, pairs: pairs.length };
  });
  return found;
}

/** The share of unrelated photos that score less, and the score that hardly any reaches. */
function withoutLabels(unrelated: Float64Array): Omit<Calibration, 'twin'> {
  if (!unrelated.length) return uncalibrated;
  const shares = Array.from({ length: 51 }, (_, index) => index / 50);
  const points = shares.map((share): [number, number] => [quantile(unrelated, share), share]);
  const rising = points.filter(([score], index) => score > (points[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY));
  const threshold = quantile(unrelated, UNRELATED);
  return {
    curve: { scores: rising.map(([score]) => score), shares: rising.map(([, share]) => share) },
    thresholds: [{ category: null, threshold, precision: null, pairs: 0 }],
  };
}

/** Isotonic regression (pool adjacent violators) of `same` on the score, over bins of as many pairs each. */
function risingShares(pairs: readonly Pair[]): Calibration['curve'] {
  const rising = [...pairs].sort((a, b) => a.score - b.score);
  const size = Math.max(1, Math.ceil(rising.length / BINS));
  const pools: { count: number; score: number; same: number }[] = [];
  for (let start = 0; start < rising.length; start += size) {
    const bin = rising.slice(start, start + size);
    const sum = (value: (pair: Pair) => number) => bin.reduce((total, pair) => total + value(pair), 0);
    pools.push({ count: bin.length, score: sum(({ score }) => score), same: sum(({ same }) => (same ? 1 : 0)) });
    for (;;) {
      const [before, last] = pools.slice(-2);
      if (!before || !last) break;
      const falls = before.same / before.count > last.same / last.count;
      const coincide = before.score / before.count >= last.score / last.count;
      if (!falls && !coincide) break;
      const merged = {
        count: before.count + last.count,
        score: before.score + last.score,
        same: before.same + last.same,
      };
      pools.splice(-2, 2, merged);
    }
  }
  return {
    scores: pools.map(({ score, count }) => score / count),
    shares: pools.map(({ same, count }) => same / count),
  };
}

function byCategory(pairs: readonly Pair[]): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    if (pair.category === null) continue;
    const group = groups.get(pair.category);
    if (group) group.push(pair);
    else groups.set(pair.category, [pair]);
  }
  return groups;
}

/** Of rising values; of none, −1. */
function quantile(values: Float64Array, share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? -1;
}
