import type { NamedArray } from '@vitrine/grad';
import { centred, type Matrix, meanRow, product, transposed, unitRows } from './algebra/matrix.js';
import { type PrincipalComponents, principalComponents } from './algebra/principal-components.js';
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
  /** Of the pictures' titles [pictures × words]: half of the vector then says which words are told from the features. */
  readonly words?: Matrix | undefined;
  readonly dimension: number;
  readonly seed: number;
  readonly threads?: number;
}

/** How much looks count beside words. */
const LOOKS = 0.5;
/** The power of variances that components are divided by: half of that which makes all alike. */
const HALF_WHITENED = 0.25;

/**
 * Fits a readout to features of training pictures: their leading principal components, each divided by the square root
 * of its deviation. Pictures vary most in what is of least use, such as the light and the size of the product: whitened
 * half-way, those few directions no longer drown the others, and the many that are noise are not blown up to their size
 * (Jégou & Chum 2012 whiten whole). What words vary in is of use as it is.
 */
export async function fitReadout(
  features: Features,
  { blend, words, dimension, ...options }: ReadoutOptions,
): Promise<Readout> {
  const scales = features.parts.flatMap((columns, part) => Array.from({ length: columns }, () => blend[part]!));
  const scaled = { ...features, data: features.data.map((value, i) => value * scales[i % scales.length]!) };
  const told = words ? Math.floor(dimension / 2) : 0;
  const looks = await principalComponents(scaled, { ...options, components: dimension - told });
  const weights = [scaledAxes(looks, { power: HALF_WHITENED, length: words ? LOOKS : 1 })];
  if (words) {
    const around = centred(scaled, looks.mean);
    const said = centred(words, meanRow(words));
    const components = await wordComponents(around, said, { ...options, components: told });
    weights.push(scaledAxes(components, { power: 0, length: 1 }));
  }
  const data = Float32Array.from(weights.flatMap((each) => [...each]));
  const { columns } = looks.axes;
  const bias = new Float32Array(data.length / columns);
  for (let i = 0; i < data.length; i++) {
    bias[Math.floor(i / columns)]! -= data[i]! * looks.mean[i % columns]!;
    data[i]! *= scales[i % columns]!;
  }
  return { weight: { rows: bias.length, columns, data }, bias };
}

/** Components divided by a power of their variances, such that vectors along them have a length on average. */
function scaledAxes(
  { axes, variances }: Pick<PrincipalComponents, 'axes' | 'variances'>,
  { power, length }: { power: number; length: number },
): Float32Array {
  const squares = variances.reduce((sum, variance) => sum + variance ** (1 - 2 * power), 0);
  const scale = length / Math.sqrt(squares);
  return axes.data.map((value, i) => (scale * value) / variances[Math.floor(i / axes.columns)]! ** power);
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
