import { COLOURS, mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { ellipse, Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import type { Design, Garment } from './design.js';
import { frontPair, pair } from './shoe.js';

const HEIGHTS: Record<string, number> = { ankle: 15, mid: 22, tall: 34 };

function draw(design: Design, random: Random): Drawing {
  const { cut } = design;
  const colour = COLOURS[design.colour];
  const main = plain(colour, design.material);
  const sole = plain(cut.sole === 'light' ? '#d9c7a4' : mix(colour, '#1c1713', 0.75), 'rubber');
  const top = -(HEIGHTS[cut.height ?? ''] ?? 15) - random.range(0, 2);
  const heel = { flat: 2.2, block: 5, slim: 6.5 }[cut.heel ?? ''] ?? 2.2;
  const rise = heel - 1.6;
  const wide = cut.height === 'tall' ? 1.2 : 0;
  const heelWidth = cut.heel === 'slim' ? 3 : 7;
  const under = new Path(-13.4, -heel)
    .to(-2, -heel + 0.4)
    .curve(3, -heel + 1, 4, -2.2, 8, -1.7)
    .to(15.6, -1.9, 0.02)
    .curve(16.8, -1.6, 16.6, 0, 15.2, 0)
    .to(6, 0, -0.02)
    .curve(2, -0.4, 0, -heel + 2, -13.4 + heelWidth + 1, -heel + 1.4)
    .to(-13.4 + heelWidth, 0)
    .to(-13.2, 0)
    .to(-13.8, -heel);
  const upper = new Path(-13, -heel)
    .curve(-14.6, -heel - 5, -12, -12 - rise, -12.6 - wide, top)
    .to(-0.6 + wide, top - 0.4, 0.02)
    .curve(-1.2, -12 - rise, 1.4, -9.4 - rise * 0.7, 7, -7.6)
    .curve(12.4, -7, 16.6, -5.6, 15.8, -1.8)
    .to(8, -1.6)
    .curve(4, -2, 2, -heel + 0.6, -13, -heel);
  const chelsea =
    `<path d="M-8.6 ${top}L-7.4 ${-7 - heel}H-4.6L-3.4 ${top}Z" fill="${mix(colour, '#000000', 0.4)}"/>` +
    Array.from(
      { length: 8 },
      (_, i) =>
        `<path d="M${-8.2 + i * 0.62} ${top}L${-7.2 + i * 0.36} ${-7 - heel}" stroke="#fff" stroke-opacity=".1" stroke-width=".2"/>`,
    ).join('') +
    seam(`M-8.6 ${top}L-7.4 ${-7 - heel}H-4.6L-3.4 ${top}`);
  const laced =
    Array.from({ length: Math.floor((-top - 6) / 2.2) }, (_, i) => {
      const y = top + 1.6 + i * 2.2;
      const x = -1.6 + Math.max(0, y + 13) * 0.8;
      return `<path d="M${x - 3.2} ${y + 0.8}L${x + 1.6} ${y - 0.6}" stroke="${cut.sole === 'light' ? '#d8b25e' : '#2b2724'}" stroke-width=".7" stroke-linecap="round"/>`;
    }).join('') + seam(`M-4.6 ${top}Q-4.4 -12 1.6 -7`, 1);
  const styleDetails: Record<string, string> = {
    chelsea,
    laced,
    zip:
      seam(`M-7 ${top}Q-6 -14 -7 ${-heel}`, 1.2) +
      `<path d="M-7 ${top}Q-6 -14 -7 ${-heel - 1}" stroke="#bdb9b0" stroke-width=".45" stroke-dasharray=".4 .3" fill="none"/>`,
    plain: '',
  };
  const details =
    (styleDetails[cut.style ?? ''] ?? '') +
    seam(`M5.6 -2Q5.4 -6 8.6 -7.6`, cut.style === 'laced' ? 0.9 : 0) +
    seam(`M-20 ${top + 1.4}H6`, 0.7) +
    stitches(`M-14 ${-heel - 0.7}H0Q4 -3 16 -2.6`, colour);
  return pair([
    {
      path: ellipse(-6.6, top, 6 + wide, 1.3),
      fabric: plain(mix(colour, '#6b5a48', 0.4), 'suede'),
      round: 0,
      tone: 0.55,
      inside: true,
    },
    {
      path: upper,
      fabric: main,
      round: 4,
      details,
      folds: [
        { kind: 'bunch', x: -3, y: -10 - rise, radius: 6, angle: 60, period: 1.9, depth: 0.5 },
        { kind: 'bunch', x: 7, y: -6, radius: 4, angle: 15, period: 1.5, depth: 0.3 },
        { kind: 'crumple', period: 5, depth: 0.35 },
      ],
    },
    { path: under, fabric: sole, round: 0.9, lift: 0.4 },
  ]);
}

export const boots: Garment = {
  materials: ['leather', 'leather', 'leather', 'suede'],
  patterns: ['plain'],
  departments: ['women', 'women', 'men', 'kids'],
  colours: [
    'black',
    'black',
    'chocolate',
    'caramel',
    'camel',
    'burgundy',
    'sand',
    'olive',
    'navy',
    'rust',
    'ivory',
    'forest',
  ],
  price: [7900, 24900],
  sizes: 'shoes',
  display: 'standing',
  cut(random, department) {
    return {
      height: random.pick(['ankle', 'ankle', 'mid', 'tall']),
      heel: random.pick(department === 'women' ? ['flat', 'block', 'slim'] : ['flat']),
      style: random.pick(['chelsea', 'laced', 'zip', 'plain']),
      sole: random.pick(['dark', 'dark', 'light']),
    };
  },
  draw,
  worn(design) {
    const colour = COLOURS[design.colour];
    return frontPair(
      plain(colour, design.material),
      plain(mix(colour, '#1c1713', 0.75), 'rubber'),
      (HEIGHTS[design.cut.height ?? ''] ?? 15) - 8,
      () => '',
    );
  },
};
