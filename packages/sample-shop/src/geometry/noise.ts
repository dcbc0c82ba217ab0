import { Random } from '../random.js';

const SIDE = 256;
const lattice = (() => {
  const random = new Random('lattice');
  return Float32Array.from({ length: SIDE * SIDE }, () => random.next() * 2 - 1);
})();

/** Smooth value noise in [-1, 1] with one feature per unit of x and y; repeats after 256 units. */
export function noise(x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const left = x0 & (SIDE - 1);
  const right = (x0 + 1) & (SIDE - 1);
  const top = (y0 & (SIDE - 1)) * SIDE;
  const bottom = ((y0 + 1) & (SIDE - 1)) * SIDE;
  const a = lattice[top + left] as number;
  const b = lattice[top + right] as number;
  const c = lattice[bottom + left] as number;
  const d = lattice[bottom + right] as number;
  return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v;
}

/** 0 below `from`, 1 above `to`, a smooth S between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
