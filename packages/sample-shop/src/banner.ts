import sharp from 'sharp';
import type { Product } from './catalogue/product.js';
import { plain } from './fabric/fabric.js';
import { GARMENTS } from './garments/garments.js';
import { hanger } from './garments/hanger.js';
import { Path } from './geometry/path.js';
import { type Backdrop, paperLight } from './picture/backdrop.js';
import { compose } from './picture/compose.js';
import { illuminate } from './picture/light.js';
import type { Part } from './picture/part.js';
import { albedo, partMap, type View } from './picture/raster.js';
import { hash, Random } from './random.js';
import { moved } from './street/outfit.js';

export interface BannerOptions {
  /** Pixels; default 1600. The height is 0.4 of it. */
  width?: number;
  seed?: string | number;
}

const HUNG = ['shirts', 'coats', 'dresses', 'jackets', 'knitwear', 't-shirts'] as const;

/** A palette that belongs together: neighbours of a rail rarely clash. */
const RAIL = [
  'ivory',
  'camel',
  'sage',
  'terracotta',
  'navy',
  'blush',
  'sand',
  'rust',
  'forest',
  'butter',
  'chocolate',
  'sky',
] as const;

/** A clothes rail of the shop's own pieces with a bag and shoes below: wide parts in body units. */
function rail(products: readonly Product[], random: Random): Part[] {
  const parts: Part[] = [];
  const bar = (x: number, y: number, w: number, h: number, material: 'metal' | 'wood') =>
    parts.push({
      path: new Path(x, y)
        .to(x + w, y)
        .to(x + w, y + h)
        .to(x, y + h),
      fabric: plain(material === 'metal' ? '#b99a62' : '#b58a5c', material),
      round: 0.9,
    });
  const calm = products.filter(
    ({ design }) => (RAIL as readonly string[]).includes(design.colour) && design.department !== 'kids',
  );
  for (let i = 0; i < 8; i++) {
    const kind = HUNG[i % HUNG.length];
    const choice = calm.filter(({ design }) => design.category === kind);
    if (choice.length === 0) continue;
    const { design } = random.pick(choice);
    const x = -206 + i * 59;
    for (const part of [...hanger(), ...GARMENTS[design.category].draw(design, new Random(`${design.seed}/picture`))])
      parts.push(moved(part, x, -6, 1));
  }
  bar(-230, 4, 460, 2.2, 'metal');
  return parts;
}

/**
 * A wide picture for the shop's front page: a rail of the shop's own garments.
 * @returns JPEG, `width` × 0.4 `width` pixels
 */
export async function renderBanner(products: readonly Product[], options: BannerOptions = {}): Promise<Buffer> {
  const width = Math.ceil((options.width ?? 1600) / 4) * 4;
  const height = Math.round((width * 0.4) / 2) * 2;
  const seed = options.seed ?? 'banner';
  const parts = rail(products, new Random(`${seed}/rail`));
  const view: View = { width, height, left: -240, top: -12, scale: width / 480 };
  const coarse: View = { ...view, width: width / 2, height: height / 2, scale: view.scale / 2 };
  const [colours, map] = await Promise.all([albedo(parts, view), partMap(parts, coarse, width / 2, height / 2)]);
  const backdrop: Backdrop = { paper: '#e6ddd0', kind: 'wall', horizon: 1 };
  const light = illuminate(parts, map, coarse, hash(String(seed)) % 997);
  const paper = paperLight(map, coarse, backdrop);
  const wall = [231, 222, 208];
  const picture = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const k = paper[(y >> 1) * coarse.width + (x >> 1)] as number;
      for (let c = 0; c < 3; c++) picture[(y * width + x) * 3 + c] = Math.min(255, (wall[c] as number) * k);
    }
  compose(picture, { drawing: parts, view, albedo: colours, map, light, step: 1 });
  return sharp(picture, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
