import { centred, type Matrix, product, transposed, unitRows } from './algebra/matrix.js';
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

/** What the nearest by `variedLooks` share, of more principal components than are kept. */
export async function sharedLooks(features: Matrix, { axes, length, ...options }: LooksOptions): Promise<Looks> {
  const components = Math.max(axes, Math.min(AMONG, Math.floor(features.rows / ROWS_EACH)));
  const looks = await principalComponents(features, { ...options, components });
  const along = await product(centred(features, looks.mean), transposed(looks.axes), options.threads);
  const whitened = dividedColumns(along, looks.variances, 0.5);
  const half = unitRows(firstColumns(dividedColumns(along, looks.variances, HALF_WHITENED), axes));
  const { axes: directions, weights } = await neighbourComponents(whitened, half, options);
  const kept = Math.min(axes, weights.length);
  const scale = length / Math.hypot(...weights.subarray(0, kept));
  const turn = dividedColumns(directions, looks.variances, 0.5).data.subarray(0, kept * directions.columns);
  const turned = {
    rows: kept,
    columns: directions.columns,
    data: turn.map((value, i) => value * scale * weights[Math.floor(i / directions.columns)]!),
  };
  return { mean: looks.mean, weights: await product(turned, looks.axes, options.threads) };
}

/** Components divided by a power of their variances, such that vectors along them have a length on average. */
export function scaledAxes(
  { axes, variances }: Pick<PrincipalComponents, 'axes' | 'variances'>,
  { power, length }: { power: number; length: number },
): Matrix {
  const squares = variances.reduce((sum, variance) => sum + variance ** (1 - 2 * power), 0);
  const scale = length / Math.sqrt(squares);
  const data = axes.data.map((value, i) => (scale * value) / variances[Math.floor(i / axes.columns)]! ** power);
  return { ...axes, data };
}

function dividedColumns({ rows, columns, data }: Matrix, variances: Float64Array, power: number): Matrix {
  const divisors = variances.map((variance) => variance ** power);
  return { rows, columns, data: data.map((value, i) => value / divisors[i % columns]!) };
}

function firstColumns({ rows, columns, data }: Matrix, kept: number): Matrix {
  const narrow = Math.min(kept, columns);
  const first = new Float32Array(rows * narrow);
  for (let row = 0; row < rows; row++) first.set(data.subarray(row * columns, row * columns + narrow), row * narrow);
  return { rows, columns: narrow, data: first };
}
