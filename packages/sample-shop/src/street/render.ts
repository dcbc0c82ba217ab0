import sharp from 'sharp';
import { type CategoryCode, LEAVES } from '../categories.js';
import { blur } from '../picture/blur.js';
import { compose } from '../picture/compose.js';
import { illuminate, type Light } from '../picture/light.js';
import type { Part } from '../picture/part.js';
import { albedo, partMap, type View } from '../picture/raster.js';
import { encode, type ImageFormat } from '../picture/studio.js';
import { hash, Random } from '../random.js';
import { street } from './backdrop.js';
import { figure } from './figure.js';
import { moved, wear } from './outfit.js';
import type { Scene } from './scene.js';

export interface StreetOptions {
  /** Side of the square picture in pixels, even; default 512. */
  size?: number;
  format?: ImageFormat;
}

/** One garment in a street photo. */
export interface StreetInstance {
  /** Value of its pixels in `instances`. */
  index: number;
  product: string;
  category: CategoryCode;
  /** Pixels it shows. */
  area: number;
  box: { left: number; top: number; width: number; height: number };
}

export interface StreetPhoto {
  image: Buffer;
  width: number;
  height: number;
  /** PNG, one grey value per pixel: an index into `MASK_CLASSES`. */
  mask: Buffer;
  /** PNG, one grey value per pixel: an instance's index, 0 for none. */
  instances: Buffer;
  garments: StreetInstance[];
}

interface Staged {
  parts: Part[];
  /** For each part, its garment's number from 1, or 0 for skin and hair. */
  owner: number[];
  garments: { product: string; category: CategoryCode }[];
}

/** Everyone and everything they wear as one drawing, in body units of a picture 200 high. */
function stage(scene: Scene): Staged {
  const staged: Staged = { parts: [], owner: [], garments: [] };
  const ordered = [...scene.passers].sort((a, b) => a.scale - b.scale);
  for (const passer of ordered) {
    const centre = (passer.x - 0.5) * 200;
    const ground = 190 - (1 - passer.scale) * 14;
    const put = (parts: readonly Part[], owner: number) => {
      for (const part of parts) {
        staged.parts.push(moved(part, centre, ground - 176 * passer.scale, passer.scale));
        staged.owner.push(owner);
      }
    };
    const { body, head } = figure(passer.department, new Random(passer.seed));
    const number = (category: CategoryCode, product: string) => staged.garments.push({ product, category });
    put(body, 0);
    const late = passer.wears.filter(({ design }) => ['scarves', 'hats', 'bags'].includes(design.category));
    for (const product of passer.wears) {
      if (!late.includes(product)) put(wear(product), number(product.design.category, product.id));
    }
    put(head, 0);
    for (const product of late) put(wear(product), number(product.design.category, product.id));
  }
  return staged;
}

/** Soft shadows of feet on the pavement. */
function groundShadow(picture: Buffer, scene: Scene, size: number): void {
  const shadow = new Float32Array(size * size);
  for (const { x, scale } of scene.passers) {
    const ground = ((190 - (1 - scale) * 14) / 200) * size;
    const rx = size * 0.13 * scale;
    const ry = size * 0.016;
    for (let py = Math.max(0, Math.floor(ground - ry)); py < Math.min(size, ground + ry); py++)
      for (let px = Math.max(0, Math.floor(x * size - rx * 0.7)); px < Math.min(size, x * size + rx * 1.3); px++) {
        const inside = ((px - x * size - rx * 0.3) / rx) ** 2 + ((py - ground) / ry) ** 2 < 1;
        if (inside) shadow[py * size + px] = 0.55;
      }
  }
  blur(shadow, size, size * 0.014, { left: 0, top: 0, right: size, bottom: size });
  for (let i = 0; i < shadow.length; i++) {
    const k = 1 - (shadow[i] as number);
    for (let c = 0; c < 3; c++) picture[i * 3 + c] = (picture[i * 3 + c] as number) * k;
  }
}

/** The part on top at each pixel once folds have shifted the cloth, as `compose` paints it. */
function shifted(map: Uint16Array, light: Light, view: View): Uint16Array {
  const out = new Uint16Array(map.length);
  const { width, height } = view;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const coarse = Math.min(light.height - 1, y >> 1) * light.width + Math.min(light.width - 1, x >> 1);
      const fromX = Math.round(x + (light.shiftX[coarse] as number) * view.scale);
      const fromY = Math.round(y + (light.shiftY[coarse] as number) * view.scale);
      if (fromX >= 0 && fromY >= 0 && fromX < width && fromY < height)
        out[y * width + x] = map[fromY * width + fromX] as number;
    }
  return out;
}

function measure(instances: Uint8Array, size: number, staged: Staged): StreetInstance[] {
  const found = staged.garments.map((garment, i) => ({
    ...garment,
    index: i + 1,
    area: 0,
    left: size,
    top: size,
    right: 0,
    bottom: 0,
  }));
  for (let i = 0; i < instances.length; i++) {
    const garment = found[(instances[i] as number) - 1];
    if (!garment) continue;
    const x = i % size;
    const y = (i - x) / size;
    garment.area++;
    garment.left = Math.min(garment.left, x);
    garment.right = Math.max(garment.right, x + 1);
    garment.top = Math.min(garment.top, y);
    garment.bottom = Math.max(garment.bottom, y + 1);
  }
  return found
    .filter((garment) => garment.area > 0)
    .map(({ left, top, right, bottom, ...garment }) => ({
      ...garment,
      box: { left, top, width: right - left, height: bottom - top },
    }));
}

const grey = (values: Uint8Array, size: number) =>
  sharp(values, { raw: { width: size, height: size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();

/** Takes a street photo with what there is to know about each of its pixels. */
export async function renderStreet(scene: Scene, options: StreetOptions = {}): Promise<StreetPhoto> {
  const asked = options.size ?? 512;
  const size = asked + (asked & 1);
  const staged = stage(scene);
  const view: View = { width: size, height: size, left: -100, top: 0, scale: size / 200 };
  const coarse: View = { ...view, width: size / 2, height: size / 2, scale: view.scale / 2 };
  const [picture, colours, map, rough] = await Promise.all([
    street(size, size, new Random(scene.seed)),
    albedo(staged.parts, view),
    partMap(staged.parts, view, size, size),
    partMap(staged.parts, coarse, size / 2, size / 2),
  ]);
  const light = illuminate(staged.parts, rough, coarse, hash(scene.seed) % 997);
  groundShadow(picture, scene, size);
  compose(picture, { drawing: staged.parts, view, albedo: colours, map: rough, light, step: 1024 / size });
  const instances = new Uint8Array(size * size);
  const mask = new Uint8Array(size * size);
  shifted(map, light, view).forEach((part, i) => {
    const owner = part ? (staged.owner[part - 1] as number) : 0;
    if (owner === 0) return;
    instances[i] = owner;
    mask[i] = LEAVES.indexOf((staged.garments[owner - 1] as { category: CategoryCode }).category) + 1;
  });
  return {
    image: await encode(picture, size, size, options.format ?? 'jpeg'),
    width: size,
    height: size,
    mask: await grey(mask, size),
    instances: await grey(instances, size),
    garments: measure(instances, size, staged),
  };
}
