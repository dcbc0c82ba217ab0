import { COLOURS, mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { ellipse, Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import type { Design, Garment } from './design.js';
import { frontPair, pair } from './shoe.js';

function draw(design: Design, random: Random): Drawing {
  const { cut } = design;
  const colour = COLOURS[design.colour];
  const main = plain(colour, design.material);
  const sole = plain(cut.sole === 'light' ? '#cdb48c' : mix(colour, '#17120e', 0.8), 'rubber');
  const heel = (cut.heel === 'block' ? 4.4 : 2) + random.range(0, 0.3);
  const under = new Path(-13.4, -heel)
    .to(-4, -heel + 0.3)
    .curve(2, -heel + 0.6, 4, -1.5, 8, -1.4)
    .to(15.8, -1.6, 0.02)
    .curve(16.8, -1.2, 16.4, 0, 15, 0)
    .to(6, 0)
    .curve(2, -0.2, -2, -heel + 1.4, -5.4, -heel + 1)
    .to(-5.6, 0)
    .to(-13.4, 0)
    .to(-13.6, -heel);
  const upper = new Path(-13.4, -heel)
    .curve(-14.4, -heel - 3, -13.4, -8 - heel, -12.6, -9.4 - heel * 0.6)
    .curve(-9, -6.6 - heel, -4, -5.8 - heel, 0.4, -8.6 - heel * 0.3)
    .to(3, -9, 0.1)
    .curve(8, -8, 16.4, -6.4, 16, -1.6)
    .to(8, -1.4)
    .curve(4, -1.5, 2, -heel + 0.4, -13.4, -heel);
  const strap = new Path(-1.2, -8.6 - heel * 0.3)
    .to(2.6, -9.8, 0.05)
    .curve(4, -7, 3.6, -4, 3, -1.6)
    .to(-1.4, -2)
    .curve(-0.6, -4, -0.6, -6, -1.2, -8.6 - heel * 0.3);
  const ornament: Record<string, string> = {
    penny: `<path d="M.2 -7.2Q1 -6.2 2.4 -7.2L2.2 -5.8Q1 -5 .2 -5.8Z" fill="#000" fill-opacity=".55"/>`,
    horsebit: `<ellipse cx="-.2" cy="-6.4" rx=".8" ry="1.1" fill="none" stroke="#c9a24f" stroke-width=".5"/><path d="M.4 -6.4h2.2" stroke="#c9a24f" stroke-width=".6"/>`,
    tassel: `<path d="M1.4 -6.6l1.2 3.4M1.2 -6.6l-.4 3.6" stroke="${mix(colour, '#000000', 0.35)}" stroke-width="1.1"/><circle cx="1.3" cy="-6.8" r=".8" fill="${mix(colour, '#000000', 0.2)}"/>`,
    plain: '',
  };
  const apron = 'M3 -6.2Q9 -8.4 14 -4.4Q12 -2.6 6 -3';
  return pair([
    {
      path: ellipse(-6, -7.4 - heel * 0.8, 6.4, 2),
      fabric: plain('#c9ad84', 'leather'),
      round: 0,
      tone: 0.6,
      inside: true,
    },
    {
      path: upper,
      fabric: main,
      round: 3,
      details: seam(apron, 1.2) + stitches(apron, colour) + seam('M-9.6 -2Q-10.6 -6 -9.8 -14', 0.8),
      folds: [
        { kind: 'bunch', x: 6, y: -5, radius: 4, angle: 15, period: 1.4, depth: 0.25 },
        { kind: 'crumple', period: 5, depth: 0.25 },
      ],
    },
    {
      path: strap,
      fabric: main,
      round: 0.9,
      lift: 0.6,
      details: stitches(strap.line, colour) + (ornament[cut.ornament ?? ''] ?? ''),
    },
    { path: under, fabric: sole, round: 0.7, lift: 0.4 },
  ]);
}

export const loafers: Garment = {
  materials: ['leather', 'leather', 'suede'],
  patterns: ['plain'],
  departments: ['women', 'men'],
  colours: ['black', 'black', 'chocolate', 'caramel', 'burgundy', 'camel', 'navy', 'forest', 'ivory', 'sand'],
  price: [6900, 17900],
  sizes: 'shoes',
  display: 'standing',
  cut(random) {
    return {
      ornament: random.pick(['penny', 'horsebit', 'tassel', 'plain']),
      heel: random.pick(['flat', 'flat', 'block']),
      sole: random.pick(['dark', 'dark', 'light']),
    };
  },
  draw,
  worn(design) {
    const colour = COLOURS[design.colour];
    return frontPair(plain(colour, design.material), plain(mix(colour, '#17120e', 0.8), 'rubber'), -3, () => '');
  },
};
