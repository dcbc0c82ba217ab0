import { noise } from '../geometry/noise.js';

/** How a material looks: its weave, how it throws folds and how it shines. */
export interface Material {
  /** Brightness of the weave at a picture point (a 512-pixel picture's pixels), around 0. */
  weave: (x: number, y: number) => number;
  /** How deep its folds are: 1 is cotton jersey. */
  drape: number;
  /** Strength of the highlight, 0–1. */
  gloss: number;
}

const speckle = (x: number, y: number, size: number) => noise(x / size + 17.3, y / size + 91.7);
const frac = (x: number) => x - Math.floor(x);

/** Stockinette: columns of small Vs. */
function stockinette(x: number, y: number, wide: number, high: number): number {
  const column = frac(x / wide) * 2 - 1;
  const slanted = frac(y / high + Math.abs(column) * 0.55);
  return 0.15 * Math.sin(slanted * Math.PI) * (1 - column ** 4) - 0.1 - 0.08 * column ** 8 + 0.03 * speckle(x, y, 1.5);
}

export const MATERIALS = {
  cotton: { weave: (x, y) => 0.028 * speckle(x, y, 1.3) + 0.012 * speckle(x, y, 5), drape: 1, gloss: 0 },
  poplin: {
    weave: (x, y) => 0.018 * Math.sin(x * 2.4) * Math.sin(y * 2.4) + 0.015 * speckle(x, y, 1.2),
    drape: 0.8,
    gloss: 0.03,
  },
  linen: {
    weave: (x, y) => 0.05 * noise(x / 1.3, y / 22) + 0.05 * noise(x / 22 + 50, y / 1.3) + 0.015 * speckle(x, y, 1.2),
    drape: 0.9,
    gloss: 0,
  },
  denim: {
    weave: (x, y) => 0.05 * Math.sin((x + y) * 1.55) + 0.06 * noise(x / 1.2, y / 9) + 0.035 * speckle(x, y, 14),
    drape: 0.65,
    gloss: 0,
  },
  wool: {
    weave: (x, y) => 0.05 * speckle(x, y, 1.4) + 0.035 * speckle(x, y, 3.1) + 0.02 * speckle(x, y, 12),
    drape: 0.6,
    gloss: 0,
  },
  knit: { weave: (x, y) => stockinette(x, y, 7, 6), drape: 0.55, gloss: 0 },
  chunky: { weave: (x, y) => 1.25 * stockinette(x, y, 13, 11), drape: 0.4, gloss: 0 },
  ribbed: {
    weave: (x, y) => 0.1 * Math.sin((x * 2 * Math.PI) / 7) - 0.02 + 0.02 * speckle(x, y, 1.4),
    drape: 0.5,
    gloss: 0,
  },
  fleece: { weave: (x, y) => 0.035 * speckle(x, y, 1.8) + 0.025 * speckle(x, y, 4), drape: 0.8, gloss: 0 },
  corduroy: {
    weave: (x, y) => 0.13 * Math.abs(Math.sin((x * Math.PI) / 6)) - 0.08 + 0.03 * noise(x / 2, y / 7),
    drape: 0.6,
    gloss: 0,
  },
  satin: { weave: (x, y) => 0.008 * speckle(x, y, 1.4), drape: 1.35, gloss: 0.5 },
  viscose: { weave: (x, y) => 0.016 * speckle(x, y, 1.3), drape: 1.25, gloss: 0.08 },
  leather: {
    weave: (x, y) => 0.05 * Math.abs(speckle(x, y, 2.6)) + 0.03 * speckle(x, y, 7) - 0.02,
    drape: 0.55,
    gloss: 0.55,
  },
  suede: { weave: (x, y) => 0.05 * speckle(x, y, 1.6) + 0.05 * speckle(x, y, 9), drape: 0.4, gloss: 0 },
  canvas: {
    weave: (x, y) => 0.055 * Math.sin(x * 1.7) * Math.sin(y * 1.7) + 0.03 * speckle(x, y, 1.4),
    drape: 0.45,
    gloss: 0,
  },
  nylon: { weave: (x, y) => 0.012 * speckle(x, y, 1.4), drape: 0.9, gloss: 0.28 },
  felt: { weave: (x, y) => 0.04 * speckle(x, y, 1.5) + 0.03 * speckle(x, y, 6), drape: 0.3, gloss: 0 },
  straw: {
    weave: (x, y) => 0.12 * Math.sin(x * 0.9 + 2.4 * Math.sin(y * 0.45)) * Math.sin(y * 0.9) + 0.05 * speckle(x, y, 2),
    drape: 0.2,
    gloss: 0.05,
  },
  rubber: { weave: (x, y) => 0.01 * speckle(x, y, 1.5), drape: 0, gloss: 0.12 },
  wood: { weave: (x, y) => 0.06 * noise(x / 30, y / 1.6), drape: 0, gloss: 0.2 },
  metal: { weave: () => 0, drape: 0, gloss: 0.8 },
  skin: { weave: () => 0, drape: 0, gloss: 0.06 },
} as const satisfies Record<string, Material>;

export type MaterialCode = keyof typeof MATERIALS;

/** Side of a weave tile in pixels. */
export const TILE = 256;

const tiles = new Map<string, Float32Array>();

/** A material's weave as a square of brightness factors around 1, for pixels `step` picture points apart. */
export function weaveTile(code: MaterialCode, step: number): Float32Array {
  const key = `${code}/${step}`;
  let tile = tiles.get(key);
  if (!tile) {
    tile = new Float32Array(TILE * TILE);
    const { weave } = MATERIALS[code];
    const fade = Math.min(1, 1.4 / step);
    for (let i = 0; i < tile.length; i++) tile[i] = 1 + fade * weave((i % TILE) * step, Math.floor(i / TILE) * step);
    tiles.set(key, tile);
  }
  return tile;
}
