import { rgb } from '../fabric/colours.js';
import { TILE, weaveTile } from '../fabric/materials.js';
import type { Light } from './light.js';
import type { Drawing } from './part.js';
import type { View } from './raster.js';

interface Layers {
  drawing: Drawing;
  view: View;
  /** RGBA, one per pixel. */
  albedo: Buffer;
  /** Part index + 1 on the light's grid, half as fine as the picture. */
  map: Uint16Array;
  light: Light;
  /** Picture points (of 512) per pixel: keeps weaves the same size at every resolution. */
  step: number;
}

/** Interpolates the rows of the coarse grid at one row of the picture. */
function rowOf(field: Float32Array, light: Light, y: number, out: Float32Array): void {
  const at = Math.min(light.height - 1, Math.max(0, (y - 0.5) / 2));
  const top = Math.floor(at);
  const bottom = Math.min(light.height - 1, top + 1);
  const share = at - top;
  for (let x = 0; x < light.width; x++) {
    const above = field[top * light.width + x] as number;
    out[x] = above + ((field[bottom * light.width + x] as number) - above) * share;
  }
}

/**
 * Paints a lit, woven drawing over a picture, in place.
 * @param picture RGB, `view.width` × `view.height`
 * @returns nothing; the picture holds the result
 */
export function compose(picture: Buffer, layers: Layers): void {
  const { drawing, view, albedo, map, light, step } = layers;
  const { width, height } = view;
  const rows = [light.shade, light.shine, light.shiftX, light.shiftY].map(
    (field) => [field, new Float32Array(light.width)] as const,
  );
  const [shade, shine, shiftX, shiftY] = rows.map((row) => row[1]) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const weaves = drawing.map((part) => {
    const angle = (-(part.grain ?? 0) * Math.PI) / 180;
    return { tile: weaveTile(part.fabric.material, step), cos: Math.cos(angle), sin: Math.sin(angle) };
  });
  // Black cloth still shows its folds: light adds a little as well as multiplying.
  const lifts = drawing.map((part) => {
    const [red, green, blue] = rgb(part.fabric.colour);
    return 30 * (1 - Math.max(red, green, blue) / 255);
  });
  for (let y = 0; y < height; y++) {
    for (const [field, row] of rows) rowOf(field, light, y, row);
    for (let x = 0; x < width; x++) {
      const coarse = x >> 1;
      const next = Math.min(light.width - 1, coarse + (x & 1));
      const toX = x + (((shiftX[coarse] as number) + (shiftX[next] as number)) / 2) * view.scale;
      const toY = y + (((shiftY[coarse] as number) + (shiftY[next] as number)) / 2) * view.scale;
      if (toX < 0 || toY < 0 || toX >= width - 1 || toY >= height - 1) continue;
      const left = toX | 0;
      const top = toY | 0;
      const first = (top * width + left) * 4;
      const below = first + width * 4;
      const fx = toX - left;
      const fy = toY - top;
      const w0 = (1 - fx) * (1 - fy) * (albedo[first + 3] as number);
      const w1 = fx * (1 - fy) * (albedo[first + 7] as number);
      const w2 = (1 - fx) * fy * (albedo[below + 3] as number);
      const w3 = fx * fy * (albedo[below + 7] as number);
      const alpha = w0 + w1 + w2 + w3;
      if (alpha < 2) continue;
      const label = map[Math.min(light.height - 1, y >> 1) * light.width + coarse] as number;
      const weave = label > 0 ? weaves[label - 1] : undefined;
      let bright = ((shade[coarse] as number) + (shade[next] as number)) / 2;
      const lift = (label > 0 ? (lifts[label - 1] as number) : 0) * (bright - 0.72);
      if (weave) {
        const u = Math.floor(weave.cos * x - weave.sin * y) & (TILE - 1);
        const v = Math.floor(weave.sin * x + weave.cos * y) & (TILE - 1);
        bright *= weave.tile[v * TILE + u] as number;
      }
      const add = 190 * (((shine[coarse] as number) + (shine[next] as number)) / 2) + lift;
      const share = alpha / 255;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const colour =
          (w0 * (albedo[first + c] as number) +
            w1 * (albedo[first + 4 + c] as number) +
            w2 * (albedo[below + c] as number) +
            w3 * (albedo[below + 4 + c] as number)) /
          alpha;
        const lit = colour * bright + add;
        const value = (picture[at + c] as number) * (1 - share) + lit * share;
        picture[at + c] = value > 255 ? 255 : value < 0 ? 0 : value;
      }
    }
  }
}
