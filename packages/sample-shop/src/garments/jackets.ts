import type { Garment } from './design.js';
import { outerCloth, outerwear } from './outerwear.js';

const HEMS: Record<string, number> = {
  bomber: 80,
  denim: 80,
  biker: 78,
  blazer: 91,
  puffer: 84,
  overshirt: 92,
  parka: 95,
};

export const jackets: Garment = {
  materials: ['denim', 'leather', 'wool', 'nylon', 'canvas', 'corduroy', 'suede', 'cotton', 'satin'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'plain', 'tartan', 'herringbone', 'houndstooth', 'pinstripe'],
  departments: ['women', 'men', 'men', 'women', 'kids'],
  price: [5900, 24900],
  sizes: 'letters',
  display: 'hanging',
  cut(random) {
    return {
      style: random.pick(Object.keys(HEMS)),
      closing: random.pick(['single', 'double']),
      collar: random.pick(['stand', 'hood']),
      pocket: random.pick(['slit', 'patch']),
      trim: random.pick(['plain', 'contrast']),
      metal: random.pick(['brass', 'steel']),
    };
  },
  cloth: outerCloth,
  draw: (design, random) => outerwear(design, random, (HEMS[design.cut.style ?? ''] ?? 84) + random.range(-2, 2)),
};
