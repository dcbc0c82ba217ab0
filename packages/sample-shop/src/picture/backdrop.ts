import { type Rgb, rgb } from '../fabric/colours.js';
import { noise } from '../geometry/noise.js';
import { blur } from './blur.js';
import type { View } from './raster.js';

/** What a picture is taken against. */
export interface Backdrop {
  /** Paper or wall. */
  paper: string;
  /** `flat`: lying on paper. `wall`: hanging before it. `table`: standing on a surface whose edge lies at `horizon`. */
  kind: 'flat' | 'wall' | 'table';
  /** Height of the surface's far edge as a share of the picture, for `table`. */
  horizon: number;
}

/** Calm papers that let any palette speak. */
export const PAPERS = [
  '#eeeae2',
  '#e9e4da',
  '#e7e3de',
  '#ece6df',
  '#e3e1da',
  '#e8dfd3',
  '#dfe1dc',
  '#ebe0d9',
  '#dcdad4',
] as const;

/** Brightness of the lit paper on a coarse grid, shadows of what stands before it included. */
export function paperLight(map: Uint16Array, view: View, backdrop: Backdrop): Float32Array {
  const { width, height } = view;
  const near = new Float32Array(map.length);
  for (let i = 0; i < map.length; i++) near[i] = map[i] ? 1 : 0;
  const far = near.slice();
  const all = { left: 0, top: 0, right: width, bottom: height };
  blur(near, width, width * 0.012, all);
  blur(far, width, width * (backdrop.kind === 'wall' ? 0.055 : 0.04), all);
  const move = backdrop.kind === 'wall' ? 0.035 : 0.018;
  const shift = (share: number) => [Math.round(share * width), Math.round(share * 1.3 * height)] as const;
  const [nearX, nearY] = shift(0.006);
  const [farX, farY] = shift(move);
  const light = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const nearRow = Math.max(0, y - nearY) * width;
    const farRow = Math.max(0, y - farY) * width;
    const dy = y / height - 0.3;
    for (let x = 0; x < width; x++) {
      const dx = x / width - 0.36;
      const glow = 1.045 - 0.2 * (dx * dx + dy * dy);
      const contact = near[nearRow + Math.max(0, x - nearX)] as number;
      const soft = far[farRow + Math.max(0, x - farX)] as number;
      light[y * width + x] = glow * (1 - 0.3 * contact) * (1 - 0.26 * soft);
    }
  }
  return light;
}

/** The paper's colour in each row: even, or changing where a table meets the wall. */
export function rowColour(backdrop: Backdrop): (share: number) => Rgb {
  const paper = rgb(backdrop.paper);
  if (backdrop.kind !== 'table') return () => paper;
  return (share) => {
    // A studio cove: the surface turns up into the wall without a hard edge.
    const turn = Math.exp(-(((share - backdrop.horizon) / 0.09) ** 2));
    const floor = share > backdrop.horizon ? 1.012 : 0.985;
    const k = floor - 0.035 * turn;
    return [paper[0] * k, paper[1] * k, paper[2] * k];
  };
}

/** The paper's grain around 1. */
export function paperGrain(x: number, y: number): number {
  return 1 + 0.006 * noise(x / 1.3, y / 1.3) + 0.008 * noise(x / 3.1 + 50, y / 3.1) + 0.008 * noise(x / 23, y / 23);
}
