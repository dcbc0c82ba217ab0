import { mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { button, patchPocket, seam, stitches } from '../picture/details.js';
import type { Drawing, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import { type Cloth, cloth } from './cloth.js';
import type { Design, Garment } from './design.js';

/** A strap as a band around an arch from (−x, y) up to `peak` and down. */
function handle(x: number, y: number, peak: number, width: number, fabric: Part['fabric'], tone = 1): Part {
  const reach = (y - peak) * 1.3;
  return {
    path: new Path(-x - width / 2, y)
      .curve(-x - width / 2, y - reach, x + width / 2, y - reach, x + width / 2, y)
      .to(x - width / 2, y)
      .curve(x - width / 2, y - reach + width * 1.6, -x + width / 2, y - reach + width * 1.6, -x + width / 2, y),
    fabric,
    round: width * 0.4,
    tone,
    lift: 0.7,
  };
}

/** What a bag is made of. */
interface Bag extends Pick<Cloth, 'main' | 'solid'> {
  leather: Part['fabric'];
  /** Colour of buckles and rivets. */
  metal: string;
  /** Its width over the usual one. */
  wide: number;
  cut: Design['cut'];
}

const SOFT = [
  { kind: 'along', angle: 4, period: 8, depth: 0.6 },
  { kind: 'crumple', period: 9, depth: 0.7 },
] as const;

const STYLES: Readonly<Record<string, (bag: Bag) => Drawing>> = { crossbody, bucket, backpack, tote };

function draw(design: Design, random: Random): Drawing {
  const { main, solid, trim } = cloth(design, 0.8);
  const { cut } = design;
  const leather = plain(
    design.material === 'leather' || design.material === 'suede'
      ? mix(main.colour, '#000000', 0.08)
      : cut.straps === 'tan'
        ? '#a8703f'
        : trim.colour,
    'leather',
  );
  const metal = cut.metal === 'brass' ? '#c9a552' : '#c9c8c4';
  const wide = random.range(0.94, 1.06);
  return (STYLES[cut.style ?? ''] ?? tote)({ main, solid, leather, metal, wide, cut });
}

function crossbody({ main, leather, metal, wide }: Bag): Drawing {
  const body = new Path(0, -9)
    .to(11.6 * wide, -9, 0)
    .curve(13, -9, 13, 8, 11.6, 8.6)
    .to(0, 9.4, 0.01)
    .mirrored();
  const flap = new Path(0, -10)
    .to(12 * wide, -10)
    .curve(13, -9.6, 13.4, -2, 11.4, 0.6)
    .curve(8, 2.6, 4, 3, 0, 3)
    .mirrored();
  return [
    handle(11.4, -8, -28, 1.1, leather),
    {
      path: body,
      fabric: main,
      round: 3,
      details: stitches(body.placed(0, 0, 0.94).line, main.colour),
      folds: SOFT,
    },
    {
      path: flap,
      fabric: main,
      round: 2.6,
      lift: 1.2,
      details:
        stitches(flap.placed(0, -0.2, 0.94).line, main.colour) +
        `<rect x="-1.6" y="-1" width="3.2" height="3" rx=".5" fill="${metal}"/><rect x="-.5" y=".2" width="1" height=".9" fill="#5a4a2c"/>`,
      folds: SOFT,
    },
  ];
}

function bucket({ main, leather, metal, wide }: Bag): Drawing {
  const body = new Path(0, -12)
    .to(10.5 * wide, -12, 0.02)
    .curve(11.4, -2, 12, 8, 10.6, 11)
    .curve(7, 12.6, 3, 12.8, 0, 12.8)
    .mirrored();
  return [
    handle(9.6, -10.6, -27, 1.5, leather),
    {
      path: new Path(0, -13.6)
        .to(10.3 * wide, -12, 0.08)
        .to(0, -9, 0.1)
        .mirrored(),
      fabric: plain('#8f7d66', 'suede'),
      round: 0,
      tone: 0.6,
    },
    {
      path: body,
      fabric: main,
      round: 4.6,
      details:
        seam('M-20 -8.6Q0 -5.6 20 -8.6', 0.8) +
        Array.from(
          { length: 6 },
          (_, i) => `<circle cx="${-8 + i * 3.2}" cy="${-7.4 + Math.abs(i - 2.5) * -0.25}" r=".55" fill="${metal}"/>`,
        ).join('') +
        `<path d="M-9 -7.8Q0 -5.8 9 -7.8M-1 -7l-1.6 9M1 -7l2 8" stroke="${leather.colour}" stroke-width=".7" fill="none"/>` +
        seam('M-20 8Q0 10.6 20 8', 0.9),
      folds: [{ kind: 'fan', x: 0, y: -30, degrees: 5, depth: 0.7, from: 16 }, ...SOFT],
    },
  ];
}

function backpack({ main, leather, metal, wide }: Bag): Drawing {
  const body = new Path(0, -15)
    .curve(7, -15, 11.6, -13, 12 * wide, -6)
    .curve(12.6, 2, 12.6, 10, 11.8, 13.4)
    .curve(8, 15, 4, 15.2, 0, 15.2)
    .mirrored();
  const pocket = new Path(0, 2).to(9, 2, 0.02).curve(9.8, 6, 9.6, 11, 8.8, 12.8).to(0, 13.6, 0.02).mirrored();
  return [
    handle(3, -14, -19.5, 1.3, leather),
    {
      path: body,
      fabric: main,
      round: 5,
      details:
        seam('M-10.4 4C-11 -16 11 -16 10.4 4', 1) +
        `<path d="M-10.4 4C-11 -16 11 -16 10.4 4" stroke="${metal}" stroke-width=".5" stroke-dasharray=".4 .3" fill="none"/>`,
      folds: SOFT,
    },
    {
      path: pocket,
      fabric: main,
      round: 2.4,
      lift: 0.9,
      details:
        seam('M-12 4.8H12', 0.9) +
        `<path d="M-8.6 4.8H8.6" stroke="${metal}" stroke-width=".5" stroke-dasharray=".4 .3"/><rect x="-2" y="7.4" width="4" height="2.4" rx=".3" fill="${leather.colour}"/>`,
    },
  ];
}

function tote({ main, solid, leather, metal, wide, cut }: Bag): Drawing {
  const rivets = (x: number, y: number) =>
    [x, -x].map((at) => `<circle cx="${at}" cy="${y}" r=".6" fill="${metal}"/>`).join('');
  const body = new Path(0, -10)
    .to(14.5 * wide, -11, 0.02)
    .curve(14.2, 0, 13.6, 8, 12.6, 12.4)
    .to(0, 13.2, 0.015)
    .mirrored();
  const details =
    seam('M-30 -8.4Q0 -7.2 30 -8.4', 0.8) +
    stitches('M-30 -8Q0 -6.8 30 -8', main.colour) +
    (cut.pocket === 'patch' ? patchPocket(-6, -2, 12, 11, solid.colour) : '') +
    (cut.base === 'leather'
      ? `<path d="M-20 11.4H20" stroke="${leather.colour}" stroke-width="6"/>${seam('M-20 8.4H20')}`
      : '') +
    rivets(6, -6.4) +
    (cut.pocket === 'tag'
      ? `<rect x="-3" y="-4" width="6" height="3.6" rx=".3" fill="${leather.colour}"/>${stitches('M-2.6 -3.6h5.2v2.8h-5.2z', leather.colour)}`
      : '');
  return [
    handle(6, -7.4, -25, 1.6, leather, 0.82),
    {
      path: new Path(0, -11.6)
        .to(14.2 * wide, -11, 0.02)
        .to(0, -8)
        .mirrored(),
      fabric: plain('#94826b', 'cotton'),
      round: 0,
      tone: 0.6,
    },
    { path: body, fabric: main, round: 4, details, folds: SOFT },
    { ...handle(6, -6, -22.4, 1.6, leather), details: button(-6, -6.6, 0.5, metal) + button(6, -6.6, 0.5, metal) },
  ];
}

export const bags: Garment = {
  materials: ['leather', 'leather', 'canvas', 'suede', 'straw', 'linen'],
  patterns: ['plain', 'plain', 'plain', 'plain', 'stripes', 'floral', 'gingham', 'houndstooth'],
  departments: ['women', 'women', 'men'],
  price: [2990, 22900],
  sizes: 'one',
  display: 'standing',
  cut(random) {
    return {
      style: random.pick(['tote', 'tote', 'crossbody', 'bucket', 'backpack']),
      straps: random.pick(['tan', 'contrast']),
      metal: random.pick(['brass', 'steel']),
      pocket: random.pick(['none', 'patch', 'tag']),
      base: random.pick(['plain', 'leather']),
    };
  },
  cloth: (cut) => (cut.style === 'crossbody' ? { material: 'leather', pattern: 'plain' } : {}),
  draw,
};
