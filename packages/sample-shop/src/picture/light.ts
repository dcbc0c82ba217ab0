import { MATERIALS } from '../fabric/materials.js';
import { noise } from '../geometry/noise.js';
import { type Area, blur } from './blur.js';
import { foldHeight } from './folds.js';
import type { Drawing } from './part.js';
import type { View } from './raster.js';

/** What light and folds do to a drawing, sampled on a grid coarser than its picture. */
export interface Light {
  width: number;
  height: number;
  /** Brightness factor. */
  shade: Float32Array;
  /** Highlight added on top, 0–1. */
  shine: Float32Array;
  /** How far folds shift the cloth's picture, in body units. */
  shiftX: Float32Array;
  shiftY: Float32Array;
}

// The key light hangs up and to the left of the camera; z points at the viewer.
const LIGHT = [-0.42, -0.58, 0.7] as const;
const HALF = (() => {
  const length = Math.hypot(LIGHT[0], LIGHT[1], LIGHT[2] + 1);
  return [LIGHT[0] / length, LIGHT[1] / length, (LIGHT[2] + 1) / length] as const;
})();

function areasOf(map: Uint16Array, width: number, count: number): Area[] {
  const areas = Array.from({ length: count }, () => ({ left: width, top: map.length, right: 0, bottom: 0 }));
  for (let i = 0; i < map.length; i++) {
    const part = map[i] as number;
    const area = part > 0 ? areas[part - 1] : undefined;
    if (!area) continue;
    const x = i % width;
    const y = (i - x) / width;
    if (x < area.left) area.left = x;
    if (x >= area.right) area.right = x + 1;
    if (y < area.top) area.top = y;
    area.bottom = y + 1;
  }
  return areas;
}

/** Rounds each visible piece off towards its edges, as if stuffed: a blurred mask turned into a dome. */
function inflate(drawing: Drawing, map: Uint16Array, areas: readonly Area[], view: View, relief: Float32Array): void {
  const { width } = view;
  const mask = new Float32Array(map.length);
  drawing.forEach((part, p) => {
    const area = areas[p];
    if (!area || area.right === 0 || part.round <= 0) return;
    let highest = 0;
    for (let y = area.top; y < area.bottom; y++)
      for (let i = y * width + area.left; i < y * width + area.right; i++) mask[i] = map[i] === p + 1 ? 1 : 0;
    blur(mask, width, part.round * view.scale * 0.75, area);
    for (let y = area.top; y < area.bottom; y++)
      for (let i = y * width + area.left; i < y * width + area.right; i++)
        highest = Math.max(highest, mask[i] as number);
    for (let y = area.top; y < area.bottom; y++)
      for (let i = y * width + area.left; i < y * width + area.right; i++) {
        if (map[i] !== p + 1) continue;
        const rest = 1 - Math.min(1, (mask[i] as number) / highest);
        relief[i] = (relief[i] as number) + part.round * 0.75 * (1 - rest * rest * (0.4 + 0.6 * rest));
      }
  });
}

function fold(
  drawing: Drawing,
  map: Uint16Array,
  areas: readonly Area[],
  view: View,
  folds: Float32Array,
  seed: number,
) {
  drawing.forEach((part, p) => {
    const area = areas[p];
    if (!area || area.right === 0 || !part.folds) return;
    const { drape } = MATERIALS[part.fabric.material];
    part.folds.forEach((family, f) => {
      const height = foldHeight(family, ((seed + p * 31 + f * 57) % 199) + 0.37);
      for (let y = area.top; y < area.bottom; y++) {
        const unitY = view.top + (y + 0.5) / view.scale;
        for (let x: number = area.left; x < area.right; x++) {
          const i = y * view.width + x;
          if (map[i] === p + 1)
            folds[i] = (folds[i] as number) + drape * height(view.left + (x + 0.5) / view.scale, unitY);
        }
      }
    });
  });
}

/** Shadow that upper parts throw on lower ones, 0–1. */
function occlusion(drawing: Drawing, map: Uint16Array, view: View, reach: number): Float32Array {
  const { width, height } = view;
  const level: number[] = [];
  let sum = 0;
  for (const part of drawing) {
    sum += part.lift ?? 1;
    level.push(sum);
  }
  const heights = new Float32Array(map.length);
  const weights = new Float32Array(map.length);
  for (let i = 0; i < map.length; i++) {
    if (!map[i]) continue;
    heights[i] = level[(map[i] as number) - 1] as number;
    weights[i] = 1;
  }
  const own = heights.slice();
  const all = { left: 0, top: 0, right: width, bottom: height };
  const radius = Math.max(1, reach * view.scale);
  blur(heights, width, radius, all);
  blur(weights, width, radius, all);
  const away = Math.round(radius * 0.55);
  const shadow = new Float32Array(map.length);
  for (let i = 0; i < map.length; i++) {
    if (!map[i]) continue;
    const from = Math.max(0, i - away * width - away);
    const around = (heights[from] as number) / Math.max(0.05, weights[from] as number);
    const above = around - (own[i] as number);
    if (above > 0) shadow[i] = 1 - Math.exp(-2.2 * above);
  }
  return shadow;
}

/** Lets the values run a few pixels over the outline, where the picture's smooth edges need them. */
function bleed(light: Light, map: Uint16Array): void {
  const { width, height, shade, shine } = light;
  const filled = new Uint8Array(map.length);
  for (let i = 0; i < map.length; i++) filled[i] = map[i] ? 1 : 0;
  for (let round = 0; round < 2; round++) {
    const before = filled.slice();
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        if (before[i]) continue;
        const from: number = before[i - 1] ? i - 1 : before[i + 1] ? i + 1 : before[i - width] ? i - width : i + width;
        if (!before[from]) continue;
        shade[i] = shade[from] as number;
        shine[i] = shine[from] as number;
        filled[i] = 1;
      }
  }
}

/** Makes shifts continuous across seams and lets outlines wander a little, as cloth does. */
function sway(light: Light, view: View, seed: number): void {
  const { width, height, shiftX, shiftY } = light;
  const all = { left: 0, top: 0, right: width, bottom: height };
  blur(shiftX, width, 2, all);
  blur(shiftY, width, 2, all);
  const step = 1 / (view.scale * 7);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      shiftX[i] = (shiftX[i] as number) + 0.4 * noise(x * step + seed, y * step);
      shiftY[i] = (shiftY[i] as number) + 0.4 * noise(x * step, y * step + seed);
    }
}

/**
 * Lights a drawing: rounded pieces with folds under one soft key light (Lambert, half wrapped, and a Blinn highlight).
 * @param map part index + 1 per pixel of `view`
 * @param seed which folds
 */
export function illuminate(drawing: Drawing, map: Uint16Array, view: View, seed: number): Light {
  const { width, height } = view;
  const size = width * height;
  const areas = areasOf(map, width, drawing.length);
  const relief = new Float32Array(size);
  const folds = new Float32Array(size);
  inflate(drawing, map, areas, view, relief);
  fold(drawing, map, areas, view, folds, seed);
  const shadow = occlusion(drawing, map, view, 1.1);
  const light: Light = {
    width,
    height,
    shade: new Float32Array(size).fill(1),
    shine: new Float32Array(size),
    shiftX: new Float32Array(size),
    shiftY: new Float32Array(size),
  };
  const gloss = drawing.map((part) => MATERIALS[part.fabric.material].gloss);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const part = map[i] as number;
      if (!part) continue;
      const east = map[i + 1] === part ? i + 1 : i;
      const west = map[i - 1] === part ? i - 1 : i;
      const south = map[i + width] === part ? i + width : i;
      const north = map[i - width] === part ? i - width : i;
      const perX = view.scale / Math.max(1, east - west);
      const perY = view.scale / Math.max(1, (south - north) / width);
      const foldX = ((folds[east] as number) - (folds[west] as number)) * perX;
      const foldY = ((folds[south] as number) - (folds[north] as number)) * perY;
      const slopeX = foldX + ((relief[east] as number) - (relief[west] as number)) * perX;
      const slopeY = foldY + ((relief[south] as number) - (relief[north] as number)) * perY;
      const inverse = 1 / Math.sqrt(slopeX * slopeX + slopeY * slopeY + 1);
      const facing = (-slopeX * LIGHT[0] - slopeY * LIGHT[1] + LIGHT[2]) * inverse;
      const wrapped = Math.max(0, facing + 0.25) / (LIGHT[2] + 0.25);
      light.shade[i] = (0.3 + 0.7 * Math.min(1.3, wrapped)) * (1 - 0.42 * (shadow[i] as number));
      const shine = gloss[part - 1] as number;
      if (shine > 0) {
        const mirror = Math.max(0, (-slopeX * HALF[0] - slopeY * HALF[1] + HALF[2]) * inverse);
        light.shine[i] = shine * mirror ** 22;
      }
      light.shiftX[i] = 1.3 * foldX;
      light.shiftY[i] = 1.3 * foldY;
    }
  }
  bleed(light, map);
  sway(light, view, seed);
  return light;
}
