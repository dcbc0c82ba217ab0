import { encodeModel, floatsOf, Graph, matmul, openModel, toModel } from '@vitrine/grad';

/** Numbers row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The matrix product [m × k] · [k × n], by the engine: a hundred times as fast as a loop. */
export async function product(a: Matrix, b: Matrix, threads = 1): Promise<Matrix> {
  const graph = new Graph();
  const result = matmul(graph.input('a', [a.rows, a.columns]), graph.input('b', [b.rows, b.columns]));
  const model = await openModel(encodeModel(toModel(graph, { result })), { threads });
  try {
    const data = floatsOf((await model.run({ a: a.data, b: b.data })).result);
    return { rows: a.rows, columns: b.columns, data };
  } finally {
    await model.release();
  }
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column]!;
  }
  return { rows: columns, columns: rows, data: turned };
}

/** The mean of the rows. */
export function meanRow({ rows, columns, data }: Matrix): Float32Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns]! += data[i]!;
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows));
}

/** The rows less one row. */
export function centred({ rows, columns, data }: Matrix, mean: Float32Array): Matrix {
  return { rows, columns, data: data.map((value, i) => value - mean[i % columns]!) };
}

/** The rows at length 1; those of length 0 stay. */
export function unitRows({ rows, columns, data }: Matrix): Matrix {
  const result = data.slice();
  for (let row = 0; row < rows; row++) {
    const values = result.subarray(row * columns, (row + 1) * columns);
    const length = Math.hypot(...values) || 1;
    for (let i = 0; i < columns; i++) values[i]! /= length;
  }
  return { rows, columns, data: result };
}

/** Rows of so many columns, one below the other. */
export function matrixOf(rows: readonly ArrayLike<number>[], columns: number): Matrix {
  const data = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) data.set(row, i * columns);
  return { rows: rows.length, columns, data };
}

/** Each row by itself, in double precision. */
export function rowsOf({ rows, columns, data }: Matrix): Float64Array[] {
  return Array.from({ length: rows }, (_, row) => Float64Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

/** The rows from one on to before another. */
export function rowsBetween({ columns, data }: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns, data: data.slice(from * columns, to * columns) };
}

/** The rows at these places, in their order. */
export function rowsAt({ columns, data }: Matrix, places: readonly number[]): Matrix {
  const taken = new Float32Array(places.length * columns);
  for (const [row, place] of places.entries())
    taken.set(data.subarray(place * columns, (place + 1) * columns), row * columns);
  return { rows: places.length, columns, data: taken };
}

/** Matrices of as many columns, at least one, one below the other. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const columns = parts[0]!.columns;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { rows: data.length / columns, columns, data };
}
