import { mix } from '../fabric/colours.js';
import { band, button, patchPocket, seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { BUILDS, backInside, collar, sleeves, type Torso, torsoPart } from './upper.js';

function draw(design: Design, random: Random): Drawing {
  const { main, solid, lining, button: horn } = cloth(design, 0.8);
  const { cut } = design;
  const build = BUILDS[design.department];
  const ease = cut.fit === 'oversized' ? 5 : cut.fit === 'slim' ? 1 : 2.8;
  const hem = (cut.length === 'long' ? 104 : 90) + random.range(-2, 2);
  const grandad = cut.collar === 'grandad';
  const torso: Torso = {
    build,
    ease,
    hem,
    hemWidth: build.hip + ease,
    neck: grandad ? 6.6 : 7,
    drop: cut.collar === 'camp' ? 9 : grandad ? 7 : 5,
    neckline: 'v',
    tails: cut.hem === 'straight' ? 0 : 7,
  };
  const top = 29 + torso.drop;
  const buttons = Array.from({ length: 7 }, (_, i) => button(0, top + 4 + i * ((hem - top - 12) / 6), 0.72, horn)).join(
    '',
  );
  const placket =
    cut.placket === 'hidden'
      ? seam(`M1.6 ${top}V${hem + 3}`)
      : seam(`M1.8 ${top - 4}V${hem + 3}`) +
        seam(`M-1.8 ${top - 4}V${hem + 3}`, 0.5) +
        stitches(`M1.3 ${top}V${hem + 3}`, main.colour) +
        buttons;
  const flap = cut.pocket === 'flap' ? patchPocket(-13, 47, 8.4, 10, solid.colour, 1.4) : '';
  const details =
    placket +
    seam(`M-30 39.5Q-12 42 0 42T30 39.5`, cut.pocket === 'flap' ? 0.8 : 0) +
    (cut.pocket === 'none' ? '' : patchPocket(4.6, 47, 8.4, 10, solid.colour, 1.4)) +
    flap +
    (grandad ? band(`M-7 28.5L0 ${top}L7 28.5`, mix(main.colour, '#000000', 0.06), 3.4) : '');
  const long = cut.sleeve !== 'short';
  const arms = sleeves(
    torso,
    {
      length: long ? 56 : 23,
      cuff: long ? 9 : 16.5,
      angle: long ? 14 : 25,
      ...(long ? { band: { height: 5.4, fabric: { ...solid, colour: mix(solid.colour, '#000000', 0.03) } } } : {}),
    },
    main,
  );
  const neckwear = grandad
    ? []
    : collar(
        torso,
        cut.collar === 'contrast' ? { ...solid, colour: '#f1eee6' } : main,
        cut.collar === 'camp' ? 5.4 : 2.6,
        3,
      );
  return [backInside(torso, lining), ...arms, torsoPart(torso, main, details), ...neckwear];
}

export const shirts: Garment = {
  materials: ['poplin', 'poplin', 'linen', 'denim', 'viscose', 'satin', 'cotton'],
  patterns: [
    'plain',
    'plain',
    'plain',
    'pinstripe',
    'pinstripe',
    'gingham',
    'tartan',
    'floral',
    'dots',
    'brush',
    'leopard',
  ],
  departments: ['women', 'men', 'men', 'kids'],
  price: [2990, 9500],
  sizes: 'letters',
  display: 'hanging',
  cut(random) {
    return {
      collar: random.pick(['classic', 'classic', 'classic', 'camp', 'grandad', 'contrast']),
      sleeve: random.pick(['long', 'long', 'long', 'short']),
      fit: random.pick(['regular', 'regular', 'oversized', 'slim']),
      length: random.pick(['regular', 'regular', 'regular', 'long']),
      hem: random.pick(['curved', 'curved', 'straight']),
      pocket: random.pick(['none', 'chest', 'chest', 'flap']),
      placket: random.pick(['buttons', 'buttons', 'buttons', 'hidden']),
    };
  },
  draw,
};
