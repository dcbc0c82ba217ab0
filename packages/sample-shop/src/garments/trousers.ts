import { mix } from '../fabric/colours.js';
import { seam, slit } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { fly, legs } from './legs.js';
import { BUILDS } from './upper.js';

function draw(design: Design, random: Random): Drawing {
  const { main, button } = cloth(design, 0.7);
  const { cut } = design;
  const build = BUILDS[design.department];
  const [knee = 12, cuff = 10] =
    { slim: [11, 9], straight: [13, 12], wide: [16.5, 21], tapered: [13.5, 9], jogger: [13.5, 8.4] }[cut.leg ?? ''] ??
    [];
  const rise = 67.5;
  const hem = (cut.length === 'ankle' ? 157 : 168) + random.range(-1, 1);
  const crease = (side: number) => `M${side * 7.6} ${rise + 6}Q${side * 8.8} 120 ${side * (4 + cuff / 2)} ${hem}`;
  const details =
    (cut.leg === 'jogger'
      ? `<path d="M-40 ${hem}H40" stroke="${mix(main.colour, '#000000', 0.1)}" stroke-width="9"/>${seam(`M-40 ${hem - 4.5}H40`)}`
      : '') +
    fly(rise, main.colour) +
    [1, -1].map((side) => slit(side * (build.waist - 1.5), rise + 4.5, side * (build.hip - 0.6), rise + 17)).join('') +
    (cut.front === 'crease' ? seam(crease(1), 0.8) + seam(crease(-1), 0.8) : '') +
    (cut.front === 'pleated'
      ? [4.6, 7.4].flatMap((x) => [seam(`M${x} ${rise + 4}l.6 11`), seam(`M${-x} ${rise + 4}l-.6 11`)]).join('')
      : '') +
    (cut.pocket === 'cargo'
      ? [1, -1]
          .map(
            (side) =>
              `<g transform="translate(${side > 0 ? 7 : -16} 112)"><path d="M0 0h9v13h-9z" fill="#000" fill-opacity=".08"/>${seam('M0 0h9v13h-9z')}${seam('M0 3.4h9')}</g>`,
          )
          .join('')
      : '');
  return legs({ build, ease: cut.leg === 'slim' ? 0.4 : 1.8, rise, hem, knee, cuff }, main, details, undefined, button);
}

export const trousers: Garment = {
  materials: ['cotton', 'cotton', 'wool', 'linen', 'corduroy', 'viscose'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'pinstripe', 'herringbone', 'houndstooth', 'tartan', 'floral'],
  departments: ['women', 'men', 'men', 'women', 'kids'],
  price: [3990, 14900],
  sizes: 'numbers',
  display: 'flat',
  cut(random) {
    return {
      leg: random.pick(['slim', 'straight', 'wide', 'tapered', 'jogger']),
      length: random.pick(['full', 'full', 'ankle']),
      front: random.pick(['flat', 'crease', 'pleated']),
      pocket: random.pick(['plain', 'plain', 'plain', 'cargo']),
    };
  },
  draw,
};
