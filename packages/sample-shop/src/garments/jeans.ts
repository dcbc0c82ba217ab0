import { mix } from '../fabric/colours.js';
import { seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { fly, legs } from './legs.js';
import { BUILDS } from './upper.js';

function draw(design: Design, random: Random): Drawing {
  const { main } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const thread = design.colour === 'black' || design.colour === 'white' ? undefined : '#c58d4a';
  const leg = { skinny: [10.6, 8.4], straight: [12.5, 12], wide: [15.5, 19], flare: [11.5, 18] }[cut.leg ?? ''] ?? [
    12.5, 12,
  ];
  const rise = cut.rise === 'low' ? 73 : 68;
  const hem = (cut.length === 'ankle' ? 158 : 168) + random.range(-1, 1);
  const curve = (side: number) => `M${side * (build.waist - 7)} ${rise + 4.6}q${side * 0.6} 6.4 ${side * 9} 7.2`;
  // Thighs and knees are where denim wears pale.
  const faded = (side: number) =>
    `<ellipse cx="${side * 9.4}" cy="110" rx="5" ry="19" fill="url(#worn)"/><ellipse cx="${side * 9}" cy="134" rx="4.4" ry="9" fill="url(#worn)"/>`;
  const wash = `<defs><radialGradient id="worn"><stop offset="0" stop-color="${mix(main.colour, '#ffffff', 0.6)}" stop-opacity=".55"/><stop offset="1" stop-color="${main.colour}" stop-opacity="0"/></radialGradient></defs>`;
  const details =
    (cut.wash === 'faded' ? wash + faded(1) + faded(-1) : '') +
    fly(rise, main.colour, thread) +
    [1, -1]
      .map(
        (side) =>
          seam(curve(side), 1.2) +
          `<g transform="translate(${-side * 0.2} .7)">${stitches(curve(side), main.colour, thread)}</g>`,
      )
      .join('') +
    [1, -1]
      .map((side) =>
        seam(`M${side * (build.hip - 0.4)} 84Q${side * (leg[0]! + 4)} 112 ${side * (leg[1]! + 2.9)} ${hem}`, 0.45),
      )
      .join('') +
    stitches(`M-40 ${hem - 1.6}H40`, main.colour, thread) +
    (cut.turnup === 'turn-up'
      ? `<path d="M-40 ${hem - 2}H40" stroke="${mix(main.colour, '#ffffff', 0.45)}" stroke-width="7"/>${seam(`M-40 ${hem - 5.6}H40`)}`
      : '');
  return legs(
    { build, ease: cut.leg === 'skinny' ? 0 : 1.2, rise, hem, knee: leg[0]!, cuff: leg[1]! },
    main,
    details,
    thread,
    '#b3793f',
  );
}

export const jeans: Garment = {
  materials: ['denim'],
  patterns: ['plain'],
  departments: ['women', 'women', 'men', 'kids'],
  colours: ['denim', 'denim', 'indigo', 'indigo', 'navy', 'black', 'sky', 'white', 'charcoal', 'ivory', 'camel'],
  price: [3990, 12900],
  sizes: 'numbers',
  display: 'flat',
  cut(random) {
    return {
      leg: random.pick(['skinny', 'straight', 'straight', 'wide', 'flare']),
      rise: random.pick(['high', 'high', 'low']),
      length: random.pick(['full', 'full', 'ankle']),
      wash: random.pick(['faded', 'faded', 'raw']),
      turnup: random.pick(['plain', 'plain', 'turn-up']),
    };
  },
  draw,
};
