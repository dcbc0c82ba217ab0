import type { Matrix } from '../algebra/matrix.js';

export type Place = [x: number, y: number];

/** Neighbours that a photo is meant to keep, as the effective number of them. */
const PERPLEXITY = 20;
const STEPS = 300;
/** Steps in which attraction is exaggerated, so that clusters form before they spread. */
const EARLY = 80;
const EXAGGERATION = 6;
/** Deviation of the first places. */
const START = 1e-2;

/**
 * Places in a plane that keep neighbours together: t-SNE (van der Maaten & Hinton 2008), exact, from the places given
 * (Kobak & Berens 2019 start from principal components), so that the same vectors give the same map and near the same
 * vectors one near it. Takes seconds for a thousand vectors.
 * @param vectors of length 1.
 * @param start a place for each, on any scale.
 */
export function neighbourMap(vectors: Matrix, start: readonly Place[]): Place[] {
  const n = vectors.rows;
  if (n < 3) return start.map(([x, y]) => [x, y]);
  const near = affinities(vectors);
  const spread = Math.sqrt(start.reduce((sum, [x]) => sum + x * x, 0) / n) || 1;
  const places = Float64Array.from(start.flat(), (value) => (value * START) / spread);
  const [speed, gains] = [new Float64Array(2 * n), new Float64Array(2 * n).fill(1)];
  const rate = Math.max(10, n / EXAGGERATION);
  for (let step = 0; step < STEPS; step++) {
    const force = forces(near, places, step < EARLY ? EXAGGERATION : 1);
    const momentum = step < EARLY ? 0.5 : 0.8;
    for (let i = 0; i < force.length; i++) {
      // A coordinate that keeps its direction goes faster, one that swings slower (Jacobs 1988).
      gains[i] = Math.max(0.01, force[i]! * speed[i]! > 0 ? gains[i]! + 0.2 : gains[i]! * 0.8);
      speed[i] = momentum * speed[i]! + rate * gains[i]! * force[i]!;
      places[i]! += speed[i]!;
    }
  }
  return Array.from({ length: n }, (_, i) => [places[2 * i]!, places[2 * i + 1]!]);
}

/** How strongly each two attract each other, [n × n], symmetric, with sum 1. */
function affinities({ rows: n, columns, data }: Matrix): Float64Array {
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let d = 0; d < columns; d++) dot += data[i * columns + d]! * data[j * columns + d]!;
      squares[i * n + j] = squares[j * n + i] = Math.max(0, 2 - 2 * dot);
    }
  }
  const near = new Float64Array(n * n);
  for (let i = 0; i < n; i++) near.set(neighbourhood(squares.subarray(i * n, (i + 1) * n), i), i * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) near[i * n + j] = near[j * n + i] = (near[i * n + j]! + near[j * n + i]!) / (2 * n);
  }
  return near;
}

/** The probabilities of the others as neighbours of one, by squared distance; the width is found by halving. */
function neighbourhood(squares: Float64Array, self: number): Float64Array {
  const wanted = Math.log(Math.min(PERPLEXITY, (squares.length - 1) / 3));
  const nearest = squares.reduce(
    (least, square, i) => (i === self ? least : Math.min(least, square)),
    Number.MAX_VALUE,
  );
  let [low, high, precision] = [0, Number.POSITIVE_INFINITY, 10];
  let chances = new Float64Array(squares.length);
  for (let tries = 0; tries < 50; tries++) {
    chances = squares.map((square, i) => (i === self ? 0 : Math.exp(-precision * (square - nearest))));
    const total = chances.reduce((sum, chance) => sum + chance, 0);
    chances = chances.map((chance) => chance / total);
    const entropy = -chances.reduce((sum, chance) => sum + (chance > 0 ? chance * Math.log(chance) : 0), 0);
    if (Math.abs(entropy - wanted) < 1e-4) break;
    if (entropy > wanted) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? 2 * precision : (low + high) / 2;
  }
  return chances;
}

/** Minus the gradient of the divergence, but for a factor of 4. */
function forces(near: Float64Array, places: Float64Array, exaggeration: number): Float64Array {
  const n = places.length / 2;
  const closeness = new Float64Array(n * n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!];
      const close = 1 / (1 + dx * dx + dy * dy);
      closeness[i * n + j] = close;
      total += 2 * close;
    }
  }
  const force = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const close = closeness[i * n + j]!;
      const pull = (exaggeration * near[i * n + j]! - close / total) * close;
      const [dx, dy] = [places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!];
      force[2 * i]! -= pull * dx;
      force[2 * i + 1]! -= pull * dy;
      force[2 * j]! += pull * dx;
      force[2 * j + 1]! += pull * dy;
    }
  }
  return force;
}
