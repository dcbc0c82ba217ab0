import type { NamedArray } from '@vitrine/grad';
import { type Matrix, product, transposed, unitRows } from './algebra/matrix.js';
import { principalComponents } from './algebra/principal-components.js';

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

/**
 * Fits a readout to features of training pictures, whose parts are made to count by `blend`: their leading principal components, each divided by the square root
 * of its deviation. Pictures vary most in what is of least use, such as the light and the size of the product: whitened
 * half-way, those few directions no longer drown the others, and the many that are noise are not blown up to their size
 * (Jégou & Chum 2012 whiten whole).
 */
export async function fitReadout(
  features: Features,
  { blend, ...options }: { blend: readonly number[]; dimension: number; seed: number; threads?: number },
): Promise<Readout> {
  const scales = features.parts.flatMap((columns, part) => Array.from({ length: columns }, () => blend[part]!));
  const scaled = { ...features, data: features.data.map((value, i) => value * scales[i % scales.length]!) };
  const { mean, axes, variances } = await principalComponents(scaled, { ...options, components: options.dimension });
  const data = axes.data.map((value, i) => value / variances[Math.floor(i / axes.columns)]! ** 0.25);
  const bias = new Float32Array(axes.rows);
  for (let i = 0; i < data.length; i++) bias[Math.floor(i / axes.columns)]! -= data[i]! * mean[i % axes.columns]!;
  for (let i = 0; i < data.length; i++) data[i]! *= scales[i % axes.columns]!;
  return { weight: { ...axes, data }, bias };
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
