import { GradError } from '../errors.js';

/** Sizes per axis, all known when the graph is built. */
export type Shape = readonly number[];

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether all sizes are whole and none is negative. */
export function isShape(sizes: readonly number[]): boolean {
  return sizes.every((size) => Number.isInteger(size) && size >= 0);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** An axis counted from the front; negative ones count from the end. Throws `shape` when out of range. */
export function normalizeAxis(axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new GradError('shape', `Axis ${axis} does not exist in a tensor of rank ${rank}.`);
  }
  return normalized;
}

/** Distinct axes in ascending order; all of them when none are named. */
export function normalizeAxes(axes: readonly number[] | undefined, rank: number): number[] {
  const all = axes ?? Array.from({ length: rank }, (_, axis) => axis);
  return [...new Set(all.map((axis) => normalizeAxis(axis, rank)))].sort((a, b) => a - b);
}

/** The shape two operands broadcast to, by NumPy's rule. Throws `shape` when they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new GradError('shape', `Shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`);
    }
    return left === 1 ? right : left;
  });
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepAxes: boolean): number[] {
  return keepAxes
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}
