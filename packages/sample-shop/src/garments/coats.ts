import type { Garment } from './design.js';
import { outerCloth, outerwear } from './outerwear.js';

const HEMS: Record<string, number> = { knee: 122, midi: 140, long: 108 };

export const coats: Garment = {
  materials: ['wool', 'wool', 'wool', 'canvas', 'nylon', 'cotton'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'herringbone', 'houndstooth', 'tartan', 'melange'],
  departments: ['women', 'women', 'men', 'kids'],
  colours: [
    'camel',
    'camel',
    'sand',
    'black',
    'charcoal',
    'grey',
    'navy',
    'olive',
    'forest',
    'burgundy',
    'chocolate',
    'ivory',
    'rust',
    'sage',
    'blush',
    'red',
  ],
  price: [8900, 34900],
  sizes: 'letters',
  display: 'hanging',
  cut(random) {
    return {
      style: random.pick(['overcoat', 'overcoat', 'trench', 'parka', 'puffer', 'overshirt']),
      length: random.pick(['knee', 'midi', 'long']),
      closing: random.pick(['single', 'double']),
      collar: random.pick(['stand', 'hood']),
      pocket: random.pick(['slit', 'patch']),
      belt: random.pick(['none', 'none', 'belt']),
      trim: random.pick(['plain', 'contrast']),
      metal: random.pick(['brass', 'steel']),
    };
  },
  cloth: outerCloth,
  draw: (design, random) => outerwear(design, random, (HEMS[design.cut.length ?? ''] ?? 122) + random.range(-3, 3)),
};
