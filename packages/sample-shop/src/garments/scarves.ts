import { mix } from '../fabric/colours.js';
import { Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Drawing, Fold, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';

const FOLDS: readonly Fold[] = [
  { kind: 'along', angle: 3, period: 2.4, depth: 0.7 },
  { kind: 'crumple', period: 5, depth: 0.4 },
];

function fringe(left: number, right: number, y: number, colour: string): Part[] {
  const count = Math.round((right - left) / 1.1);
  return Array.from({ length: count }, (_, i) => {
    const x = left + ((i + 0.5) * (right - left)) / count;
    const sway = Math.sin(i * 2.3) * 0.5;
    return {
      path: new Path(x - 0.32, y - 0.4)
        .to(x + 0.32, y - 0.4)
        .to(x + 0.3 + sway, y + 4.6)
        .to(x - 0.3 + sway, y + 4.6),
      fabric: { colour, material: 'wool', pattern: 'plain', accents: [], scale: 1 },
      round: 0.2,
      lift: 0,
    };
  });
}

/** A long scarf folded over: a loop at the top and two hanging ends. */
function draw(design: Design, random: Random): Drawing {
  const { main } = cloth(design, 0.7);
  const { cut } = design;
  const dark = mix(main.colour, '#000000', 0.05);
  if (cut.shape === 'square') {
    const cloth1 = new Path(-1, -16).to(16, 0.5, 0.03).to(0.5, 17, 0.02).to(-16.5, -0.5, 0.03).to(-1, -16, 0.02);
    const turned = new Path(-16.5, -0.5).curve(-6, -8, 6, -7, 16, 0.5).curve(8, 5, -8, 4, -16.5, -0.5);
    return [
      {
        path: cloth1,
        fabric: main,
        round: 2,
        grain: 45,
        details:
          `<path d="${cloth1.placed(0, 0, 0.9).shape}" fill="none" stroke="${main.accents[0] ?? dark}" stroke-width="1"/>` +
          stitches(cloth1.placed(0, 0, 0.97).line, main.colour),
        folds: [
          { kind: 'along', angle: 45, period: 7, depth: 0.7 },
          { kind: 'crumple', period: 7, depth: 0.8 },
        ],
      },
      { path: turned, fabric: main, round: 2, grain: 40, lift: 0.8, folds: FOLDS },
    ];
  }
  const long = (cut.length === 'long' ? 40 : 32) + random.range(-2, 2);
  const width = cut.shape === 'wide' ? 9.5 : 6.5;
  const loop = new Path(0, -16.5).curve(6, -17.5, 12.5, -15, 12.6, -10).curve(12.4, -4.5, 6, -1, 0, -0.4).mirrored();
  const hole = new Path(0, -13.6).curve(4, -14, 8, -13, 8, -11.4).curve(7.4, -9.4, 3, -8.4, 0, -8.2).mirrored();
  const end = (x: number, tilt: number, length: number): Part[] => {
    const path = new Path(x - width / 2 + 0.8, -4)
      .to(x + width / 2 - 0.8, -4, 0.06)
      .to(x + width / 2 + tilt, length, -0.02)
      .to(x - width / 2 + tilt, length + 0.6, 0.01)
      .to(x - width / 2 + 0.8, -4, -0.02);
    const tassels =
      cut.ends === 'fringe' ? fringe(x - width / 2 + tilt, x + width / 2 + tilt, length, main.colour) : [];
    return [
      ...tassels,
      {
        path,
        fabric: main,
        round: 2,
        grain: -tilt,
        lift: 0.7,
        folds: FOLDS,
        details: cut.ends === 'fringe' ? '' : seam(`M-40 ${length - 1.4}H40`, 0.8),
      },
    ];
  };
  return [
    {
      path: loop,
      fabric: main,
      round: 3.4,
      details: '',
      folds: [
        { kind: 'along', angle: 80, period: 2.2, depth: 0.7 },
        { kind: 'crumple', period: 5, depth: 0.4 },
      ],
    },
    {
      path: hole,
      fabric: { ...main, pattern: 'plain', colour: mix(main.colour, '#000000', 0.2) },
      round: 2,
      tone: 0.62,
      inside: true,
    },
    ...end(-3.4, -2, long * 0.86),
    ...end(3.4, 2.2, long),
  ];
}

export const scarves: Garment = {
  materials: ['wool', 'wool', 'knit', 'chunky', 'satin', 'viscose', 'linen'],
  patterns: ['plain', 'plain', 'tartan', 'tartan', 'stripes', 'floral', 'herringbone', 'dots', 'leopard', 'fairisle'],
  departments: ['women', 'women', 'men'],
  price: [1990, 9900],
  sizes: 'one',
  display: 'flat',
  cut(random) {
    return {
      shape: random.pick(['narrow', 'wide', 'wide', 'square']),
      length: random.pick(['long', 'short']),
      ends: random.pick(['fringe', 'fringe', 'hem']),
    };
  },
  draw,
  // Round a neck even a square is rolled into a band.
  worn: (design, random) =>
    draw(
      design.cut.shape === 'square'
        ? { ...design, cut: { ...design.cut, shape: 'narrow', ends: 'hem', length: 'short' } }
        : design,
      random,
    ),
};
