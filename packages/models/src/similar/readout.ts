import type { NamedArray } from '@vitrine/grad';
import { centred, type Matrix, meanRow, product, transposed, unitRows } from './algebra/matrix.js';
import { scaledAxes, sharedLooks, variedLooks } from './looks.js';
import { wordComponents } from './word-components.js';

/** Features in parts that stand side by side. */
export interface Features extends Matrix {
  /** Columns of each part. */
  readonly parts: readonly number[];
}

/** How features become vectors: a linear layer, and then length 1. */
export interface Readout {
  /** [dimension × features] */
  readonly weight: Matrix;
  readonly bias: Float32Array;
}

export interface ReadoutOptions {
  /** How much each part of the features counts. */
  readonly blend: readonly number[];
  /** Whether looks are what neighbours share rather than what varies most. */
  readonly shared?: boolean;
  /** Of the pictures' titles [pictures × words]: half of the vector then says which words are told from the features. */
  readonly words?: Matrix | undefined;
  /** Features of further pictures, some at a time, among which neighbours are looked for as well. */
  readonly further?: (() => AsyncIterable<Matrix>) | undefined;
  readonly dimension: number;
  readonly seed: number;
  readonly threads?: number;
}

/** How much looks count beside words. */
const LOOKS = 0.5;

/** Fits a readout to features of training pictures: how they look, and beside it what the words of their titles vary in. */
export async function fitReadout(
  features: Features,
  { blend, shared, words, further, dimension, ...options }: ReadoutOptions,
): Promise<Readout> {
  const scales = features.parts.flatMap((columns, part) => Array.from({ length: columns }, () => blend[part]!));
  const scaledBy = (rows: Matrix): Matrix => ({
    ...rows,
    data: rows.data.map((value, i) => value * scales[i % scales.length]!),
  });
  const scaled = scaledBy(features);
  const told = words ? Math.floor(dimension / 2) : 0;
  const looksOf = shared ? sharedLooks : variedLooks;
  const looks = await looksOf(scaled, {
    ...options,
    axes: dimension - told,
    length: words ? LOOKS : 1,
    further: further && (() => mapped(further(), scaledBy)),
  });
  const parts = [looks.weights.data];
  if (words) {
    const said = centred(words, meanRow(words));
    const components = await wordComponents(centred(scaled, looks.mean), said, { ...options, components: told });
    parts.push(scaledAxes(components, { power: 0, length: 1 }).data);
  }
  const data = Float32Array.from(parts.flatMap((each) => [...each]));
  const { columns } = features;
  const bias = new Float32Array(data.length / columns);
  for (let i = 0; i < data.length; i++) {
    bias[Math.floor(i / columns)]! -= data[i]! * looks.mean[i % columns]!;
    data[i]! *= scales[i % columns]!;
  }
  return { weight: { rows: bias.length, columns, data }, bias };
}

async function* mapped(parts: AsyncIterable<Matrix>, change: (part: Matrix) => Matrix): AsyncGenerator<Matrix> {
  for await (const part of parts) yield change(part);
}

/** Vectors of length 1 [pictures × dimension] from features [pictures × features]. */
export async function readOut(features: Matrix, { weight, bias }: Readout, threads = 1): Promise<Matrix> {
  const along = await product(features, transposed(weight), threads);
  return unitRows({ ...along, data: along.data.map((value, i) => value + bias[i % bias.length]!) });
}

/** The readout as weights of the layer `scope`. */
export function readoutWeights({ weight, bias }: Readout, scope: string): Map<string, NamedArray> {
  return new Map([
    [`${scope}.weight`, { shape: [weight.rows, weight.columns], data: weight.data }],
    [`${scope}.bias`, { shape: [weight.rows], data: bias }],
  ]);
}
