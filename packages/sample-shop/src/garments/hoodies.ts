import { mix } from '../fabric/colours.js';
import { band, seam, stitches, zip } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth, rib } from './cloth.js';
import type { Design, Garment } from './design.js';
import { drawstrings, hoodBack, hoodFront } from './hood.js';
import { BUILDS, backInside, neckLine, sleeves, type Torso, torsoPart } from './upper.js';

function kangaroo(hem: number, colour: string, split: boolean): string {
  const y = hem - 22;
  const d = `M-8 ${y}H8L13 ${y + 9}V${hem - 5.5}H-13V${y + 9}Z`;
  const opening = `M8 ${y}L13 ${y + 9}M-8 ${y}L-13 ${y + 9}`;
  return (
    `<path d="${d}" transform="translate(.3 .5)" fill="#000" fill-opacity=".14"/><path d="${d}" fill="${colour}" fill-opacity=".3"/>` +
    seam(d) +
    seam(opening, 1.3) +
    stitches(`M7.4 ${y + 0.8}H-7.4`, colour) +
    (split ? seam(`M0 ${y}V${hem}`) : '')
  );
}

function draw(design: Design, random: Random): Drawing {
  const { main, solid, lining, trim } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const ease = cut.fit === 'oversized' ? 6.5 : 4;
  const hem = (cut.length === 'crop' ? 72 : 87) + random.range(-2, 2);
  const hooded = cut.hood !== 'none';
  const torso: Torso = {
    build,
    ease,
    hem,
    hemWidth: build.hip + ease - 2,
    neck: hooded ? 8.6 : 8,
    drop: hooded ? 10 : 5.6,
    neckline: hooded ? 'v' : 'round',
  };
  const ribbing = cut.trim === 'contrast' ? trim : rib(solid);
  const zipped = cut.front === 'zip' && hooded;
  const neck = neckLine(torso);
  const details =
    (hooded
      ? ''
      : band(neck, ribbing.colour, 5.4) +
        `<g transform="translate(0 2.8)">${seam(neck)}</g>` +
        seam('M-1.8 38L0 41.5L1.8 38', 0.9)) +
    (cut.logo === 'none'
      ? ''
      : `<g transform="translate(0 54)"><path d="M-8 0H8" stroke="${trim.colour}" stroke-width="2.6" stroke-linecap="round"/><path d="M-5 4H5" stroke="${trim.colour}" stroke-width="1.2" stroke-linecap="round"/></g>`) +
    (hooded || cut.pocket === 'kangaroo' ? kangaroo(hem, solid.colour, zipped) : '') +
    (zipped ? zip(0, 38, hem + 2, '#c9c6bd') : '') +
    band(`M-40 ${hem + 0.5}Q0 ${hem + 2} 40 ${hem + 0.5}`, ribbing.colour, 11) +
    seam(`M-40 ${hem - 5}Q0 ${hem - 3.5} 40 ${hem - 5}`, 0.9) +
    (hooded ? drawstrings(43, mix(main.colour, '#ffffff', 0.6), 14) : '');
  const arms = sleeves(
    torso,
    { length: 57, cuff: 10.4, angle: 16, band: { height: 5.5, fabric: ribbing } },
    cut.trim === 'contrast' && !hooded ? { ...trim, material: main.material } : main,
  );
  return [
    ...(hooded ? hoodBack(solid, lining) : [backInside(torso, lining)]),
    ...arms,
    torsoPart(torso, main, details),
    ...(hooded ? hoodFront(solid, 29 + torso.drop) : []),
  ];
}

export const hoodies: Garment = {
  materials: ['fleece', 'fleece', 'cotton'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'melange', 'colourblock', 'tiedye', 'brush'],
  departments: ['women', 'men', 'men', 'kids'],
  price: [2990, 8900],
  sizes: 'letters',
  display: 'flat',
  cut(random) {
    return {
      hood: random.pick(['hood', 'hood', 'none']),
      front: random.pick(['pullover', 'pullover', 'zip']),
      fit: random.pick(['regular', 'oversized']),
      length: random.pick(['regular', 'regular', 'crop']),
      pocket: random.pick(['none', 'kangaroo']),
      logo: random.pick(['none', 'bars']),
      trim: random.pick(['plain', 'plain', 'contrast']),
    };
  },
  draw,
};
