import { mix } from '../fabric/colours.js';
import { seam, slit, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { fly, legs } from './legs.js';
import { BUILDS } from './upper.js';

function draw(design: Design, random: Random): Drawing {
  const { main, button } = cloth(design, 0.8);
  const { cut } = design;
  const build = BUILDS[design.department];
  const rise = 68;
  const hem = { mini: 103, mid: 112, bermuda: 124 }[cut.length ?? ''] ?? 112;
  const wide = cut.leg === 'wide' ? 4.5 : 1.4;
  const thread = design.material === 'denim' ? '#c58d4a' : undefined;
  const details =
    (cut.front === 'skort'
      ? seam(`M-2 ${rise + 4}Q2 ${rise + 26} 14 ${hem - 4}`, 1.4)
      : fly(rise, main.colour, thread)) +
    [1, -1].map((side) => slit(side * (build.waist - 1.5), rise + 4.5, side * (build.hip - 0.2), rise + 15)).join('') +
    (cut.front === 'pleated'
      ? [4.6, 7.4].flatMap((x) => [seam(`M${x} ${rise + 4}l.8 12`), seam(`M${-x} ${rise + 4}l-.8 12`)]).join('')
      : '') +
    (cut.hem === 'turn-up'
      ? `<path d="M-40 ${hem}H40" stroke="${mix(main.colour, '#ffffff', 0.12)}" stroke-width="9"/>${seam(`M-40 ${hem - 4.4}H40`)}`
      : stitches(`M-40 ${hem - 1.8}H40`, main.colour, thread));
  return legs(
    { build, ease: 1.6 + wide * 0.4, rise, hem: hem + random.range(-1.5, 1.5), knee: 14, cuff: build.hip - 1.5 + wide },
    main,
    details,
    thread,
    button,
  );
}

export const shorts: Garment = {
  materials: ['cotton', 'cotton', 'linen', 'denim', 'corduroy', 'viscose', 'fleece'],
  patterns: ['plain', 'plain', 'plain', 'pinstripe', 'gingham', 'floral', 'brush', 'dots', 'tiedye'],
  departments: ['women', 'men', 'kids'],
  price: [1990, 6900],
  sizes: 'numbers',
  display: 'flat',
  cut(random) {
    return {
      length: random.pick(['mini', 'mid', 'mid', 'bermuda']),
      leg: random.pick(['straight', 'wide']),
      front: random.pick(['flat', 'flat', 'pleated', 'skort']),
      hem: random.pick(['plain', 'turn-up']),
    };
  },
  draw,
};
