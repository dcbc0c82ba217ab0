import { mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { ellipse, Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { frontPair, GROUND, pair } from './shoe.js';

function fabrics(design: Design) {
  const { main, solid, trim } = cloth(design, 0.45);
  const dark = design.cut.sole === 'gum' ? '#b98552' : design.cut.sole === 'colour' ? trim.colour : '#f3f0e8';
  return {
    main,
    solid,
    trim,
    sole: plain(dark, 'rubber'),
    laces: design.cut.laces === 'contrast' ? trim.colour : mix(solid.colour, '#ffffff', 0.75),
  };
}

function draw(design: Design, random: Random): Drawing {
  const { main, trim, sole, laces } = fabrics(design);
  const { cut } = design;
  const high = cut.height === 'high' ? 5.5 : 0;
  const chunky = cut.shape === 'chunky' ? 1.6 : 0;
  const base = 3 + chunky;
  const under = new Path(-14.4, -base - 0.6)
    .to(15.4, -base + 0.2, -0.02)
    .curve(17, -base + 0.4, 17, -0.4, 14.6, 0)
    .to(-13.2, 0, 0)
    .curve(-15.4, -0.2, -15.2, -base + 0.4, -14.4, -base - 0.6);
  const upper = new Path(-13.6, -base)
    .curve(-14.8, -base - 4, -13.6, -11 - high, -13.2, -13 - high)
    .to(-9.4, -13.2 - high, 0.12)
    .curve(-7.6, -11.4 - high, -5, -11.6 - high * 0.8, -3, -13.8 - high)
    .to(-0.8, -13.4 - high * 0.9, 0.1)
    .curve(3.4, -9.2, 9.5, -8.4, 13.4, -6.8)
    .curve(15.6, -6, 16.2, -4, 15.4, -base + 0.4)
    .to(-13.6, -base, 0);
  const eyelets = Array.from({ length: cut.height === 'high' ? 6 : 5 }, (_, i) => {
    const t = i / 5;
    const x = -1.6 + 8.6 * t;
    const y = -12.6 - high * (1 - t) * 0.8 + 4.4 * t ** 0.7;
    return `<path d="M${x - 1.6} ${y + 3.2}L${x + 0.8} ${y - 0.4}" stroke="#000" stroke-opacity=".25" stroke-width="1.1" transform="translate(.15 .3)"/><path d="M${x - 1.6} ${y + 3}L${x + 0.9} ${y - 0.6}" stroke="${laces}" stroke-width=".95" stroke-linecap="round"/>`;
  }).join('');
  const mark: Record<string, string> = {
    stripe: `<path d="M-4 ${-base}L2 -10M-1 ${-base}L4.4 -9" stroke="${trim.colour}" stroke-width="1.3" fill="none"/>`,
    swoop: `<path d="M-9 -6Q0 -3 8 -8Q2 -5 -7 -8Z" fill="${trim.colour}"/>`,
    heel: `<path d="M-16 ${-base}V-14H-10.4Q-11.6 -8 -9.8 ${-base}Z" fill="${trim.colour}"/>`,
    none: '',
  };
  const details =
    (mark[cut.mark ?? ''] ?? '') +
    seam(`M8.4 ${-base}Q7.4 -6.4 9.6 -8.6`, 1) +
    stitches(`M7.6 ${-base}Q6.8 -6.6 8.8 -9`, main.colour) +
    seam(`M-9.6 ${-base}Q-11.4 -8 -10.2 ${-13 - high}`, 0.9) +
    seam(`M-8 ${-11 - high}Q-3 -8 6.6 -7.6`, 0.7) +
    eyelets;
  const toe = new Path(10.4, -base + 0.2)
    .curve(10.4, -5.6, 12, -7, 13.6, -6.6)
    .curve(15.8, -5.8, 16.4, -4, 15.4, -base + 0.5);
  const tongue = new Path(-3.6, -12.6 - high)
    .curve(-3.4, -15.4 - high, -1.2, -16.4 - high, 0.4, -15 - high)
    .to(1.4, -11)
    .to(-2.4, -10.6);
  return pair([
    {
      path: ellipse(-7.4, -12.6 - high, 5.8, 1.6),
      fabric: plain(mix(main.colour, '#3a342e', 0.4), 'cotton'),
      round: 0,
      tone: 0.6,
      inside: true,
    },
    { path: tongue, fabric: main, round: 1 },
    {
      path: upper,
      fabric: main,
      round: 3.6,
      details,
      folds: [
        { kind: 'bunch', x: 6.5, y: -6.5, radius: 4, angle: 20, period: 1.4, depth: 0.25 },
        { kind: 'crumple', period: 5, depth: 0.25 + random.range(0, 0.1) },
      ],
    },
    ...(cut.toe === 'cap' ? [{ path: toe, fabric: sole, round: 2 }] : []),
    {
      path: under,
      fabric: sole,
      round: 1.1,
      lift: 0.4,
      details:
        seam(`M-20 ${-base + 1.1}H20`, 0.5) +
        (cut.sole === 'white' ? `<path d="M-20 ${-base + 1.6}H20" stroke="${trim.colour}" stroke-width=".4"/>` : ''),
    },
  ]);
}

export const sneakers: Garment = {
  materials: ['canvas', 'leather', 'leather', 'suede'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'gingham', 'floral', 'leopard'],
  departments: ['women', 'men', 'kids'],
  price: [4900, 14900],
  sizes: 'shoes',
  display: 'standing',
  cut(random) {
    return {
      height: random.pick(['low', 'low', 'high']),
      shape: random.pick(['slender', 'chunky']),
      sole: random.pick(['white', 'white', 'gum', 'colour']),
      toe: random.pick(['plain', 'cap']),
      mark: random.pick(['none', 'stripe', 'swoop', 'heel']),
      laces: random.pick(['plain', 'contrast']),
    };
  },
  draw,
  worn(design) {
    const { solid, sole, laces } = fabrics(design);
    return frontPair(solid, sole, 0, (side) =>
      [0, 1.3, 2.6]
        .map((y) => `<path d="M${side * 6.4} ${GROUND - 7.6 + y}h${side * 3.6}" stroke="${laces}" stroke-width=".6"/>`)
        .join(''),
    );
  },
};
