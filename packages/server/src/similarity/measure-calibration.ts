import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { type Calibration, calibrate, type Pair } from './calibration.js';
import { floatsOf } from './tables.js';

/** Most products compared, and how many of them are asked for their nearest. */
const SAMPLE = 10_000;
const ASKED = 1000;
/** Nearest ones that count: what a first page of results shows. */
const NEAREST = 10;
/** Other products that each is compared with whatever they are. */
const RANDOM = 30;

interface Sample {
  dimension: number;
  /** [products × dimension] */
  vectors: Float32Array;
  categories: (string | null)[];
  images: string[];
}

/** What a model's scores mean, from a sample of the catalogue's products that is the same each time. */
export async function measureCalibration(db: Queries, modelId: string, signal: AbortSignal): Promise<Calibration> {
  const sample = await readSample(db, modelId);
  const [found, random]: [Pair[], Pair[]] = [[], []];
  const products = sample.images.length;
  for (let asked = 0; asked < Math.min(ASKED, products); asked++) {
    // Others are answered in between.
    if (asked % 8 === 0) await breathe();
    signal.throwIfAborted();
    found.push(...nearestOf(sample, asked).map(({ other, score }) => pairOf(sample, asked, other, score)));
    // The sample is in no order: whoever comes next is any one.
    for (let step = 1; step <= Math.min(RANDOM, products - 1); step++) {
      const other = (asked + step) % products;
      random.push(pairOf(sample, asked, other, scoreOf(sample, asked, other)));
    }
  }
  const isLabelled = ({ same, category }: Pair) => same || category !== null;
  return calibrate(found.filter(isLabelled), random);
}

async function readSample(db: Queries, modelId: string): Promise<Sample> {
  const { rows } = await db.execute<{ category: string | null; image: string; vector: Buffer }>(sql`
    SELECT p.category, e.image, e.vector FROM products p
    JOIN embeddings e ON e.model_id = ${modelId} AND e.image = p.images[1]
    WHERE p.deleted_at IS NULL AND e.vector IS NOT NULL ORDER BY md5(p.id), p.id LIMIT ${SAMPLE}`);
  const dimension = rows[0] ? floatsOf(rows[0].vector).length : 0;
  const vectors = new Float32Array(rows.length * dimension);
  for (const [index, { vector }] of rows.entries()) vectors.set(floatsOf(vector), index * dimension);
  return {
    ...{ dimension, vectors },
    categories: rows.map(({ category }) => category),
    images: rows.map(({ image }) => image),
  };
}

function pairOf({ categories }: Sample, asked: number, other: number, score: number): Pair {
  const category = categories[other] ?? null;
  return { score, category, same: category !== null && category === categories[asked] };
}

/** The nearest products that show another photo. */
function nearestOf(sample: Sample, asked: number): { other: number; score: number }[] {
  const best: { other: number; score: number }[] = [];
  for (let other = 0; other < sample.images.length; other++) {
    if (sample.images[other] === sample.images[asked]) continue;
    const score = scoreOf(sample, asked, other);
    if (best.length === NEAREST && score <= (best[NEAREST - 1]?.score ?? 0)) continue;
    let place = best.length;
    while (place > 0 && score > (best[place - 1]?.score ?? 0)) place--;
    best.splice(place, 0, { other, score });
    if (best.length > NEAREST) best.pop();
  }
  return best;
}

function scoreOf({ vectors, dimension }: Sample, one: number, other: number): number {
  let sum = 0;
  const [a, b] = [one * dimension, other * dimension];
  for (let index = 0; index < dimension; index++)
    sum += (vectors[a + index] as number) * (vectors[b + index] as number);
  return sum;
}
