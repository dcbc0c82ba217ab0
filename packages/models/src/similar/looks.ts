import { centred, type Matrix, product, rowsBetween, stacked, transposed, unitRows } from './algebra/matrix.js';
import { type PrincipalComponents, principalComponents } from './algebra/principal-components.js';
import { neighbourComponents } from './neighbour-components.js';

/** What is read out of features to tell how pictures look: rows of weights [axes × features], and the features' mean. */
export interface Looks {
  readonly mean: Float32Array;
  readonly weights: Matrix;
}

export interface LooksOptions {
  /** Fewer are found where the features vary in fewer directions. */
  readonly axes: number;
  /** Of the vectors along them, on average. */
  readonly length: number;
  readonly seed: number;
  readonly threads?: number;
  /** Features of further pictures, some at a time, which are neighbours too. */
  readonly further?: (() => AsyncIterable<Matrix>) | undefined;
}

/** The power of variances that components are divided by: half of that which makes all alike. */
const HALF_WHITENED = 0.25;
/** Principal components among which those that neighbours share are looked for, and rows needed for each. */
const AMONG = 128;
const ROWS_EACH = 4;

/**
 * The leading principal components of features, each divided by the square root of its deviation. Pictures vary most in
 * what is of least use, such as the light and the size of the product: whitened half-way, those few directions no longer
 * drown the others, and the many that are noise are not blown up to their size (Jégou & Chum 2012 whiten whole).
 */
export async function variedLooks(features: Matrix, { axes, length, ...options }: LooksOptions): Promise<Looks> {
  const looks = await principalComponents(features, { ...options, components: axes });
  return { mean: looks.mean, weights: scaledAxes(looks, { power: HALF_WHITENED, length }) };
}

/**
 * What the nearest by their half-whitened components share, of more components than are kept. The more pictures are looked
 * among, the more alike are a picture's nearest.
 */
export async function sharedLooks(
  features: Matrix,
  { axes, length, further, ...options }: LooksOptions,
): Promise<Looks> {
  const components = Math.max(axes, Math.min(AMONG, Math.floor(features.rows / ROWS_EACH)));
  const looks = await principalComponents(features, { ...options, components });
  const kept = Math.min(axes, looks.variances.length);
  const white = scaledRows(looks.axes, (row) => looks.variances[row]! ** -0.5);
  const whitened = (rows: Matrix) => product(centred(rows, looks.mean), transposed(white), options.threads);
  const parts = [await whitened(features)];
  for await (const more of further?.() ?? []) parts.push(await whitened(more));
  const all = stacked(parts);
  const shared = await neighbourComponents(all, halfWhitened(all, looks.variances.subarray(0, kept)), options);
  const scale = length / Math.hypot(...shared.weights.subarray(0, kept));
  const turned = scaledRows(rowsBetween(shared.axes, 0, kept), (row) => scale * shared.weights[row]!);
  return { mean: looks.mean, weights: await product(turned, white, options.threads) };
}

/** Vectors of length 1 along the leading half-whitened components, of whitened rows and the components' variances. */
function halfWhitened({ rows, columns, data }: Matrix, variances: Float64Array): Matrix {
  const half = new Float32Array(rows * variances.length);
  for (const [k, variance] of variances.entries()) {
    const factor = variance ** HALF_WHITENED;
    for (let row = 0; row < rows; row++) half[row * variances.length + k] = factor * data[row * columns + k]!;
  }
  return unitRows({ rows, columns: variances.length, data: half });
}

/** Components divided by a power of their variances, such that vectors along them have a length on average. */
export function scaledAxes(
  { axes, variances }: Pick<PrincipalComponents, 'axes' | 'variances'>,
  { power, length }: { power: number; length: number },
): Matrix {
  const squares = variances.reduce((sum, variance) => sum + variance ** (1 - 2 * power), 0);
  const scale = length / Math.sqrt(squares);
  return scaledRows(axes, (row) => scale / variances[row]! ** power);
}

function scaledRows({ rows, columns, data }: Matrix, factor: (row: number) => number): Matrix {
  const factors = Array.from({ length: rows }, (_, row) => factor(row));
  return { rows, columns, data: data.map((value, i) => value * factors[Math.floor(i / columns)]!) };
}
