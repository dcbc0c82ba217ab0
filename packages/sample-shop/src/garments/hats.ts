import { COLOURS, mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { ellipse, Path } from '../geometry/path.js';
import { band, seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { type Cloth, cloth, rib } from './cloth.js';
import type { Design, Garment } from './design.js';

interface Hat extends Pick<Cloth, 'main' | 'solid' | 'trim'> {
  design: Design;
  random: Random;
}

const SOFT = [{ kind: 'crumple', period: 5, depth: 0.35 }] as const;

const STYLES: Readonly<Record<string, (hat: Hat) => Drawing>> = { cap, brim, bucket, beanie };

/** Hats are drawn where a head would be: its centre line at x = 0, the brow at y = 9. */
function draw(design: Design, random: Random): Drawing {
  const { main, solid, trim } = cloth(design, 0.5);
  return (STYLES[design.cut.style ?? ''] ?? beanie)({ main, solid, trim, design, random });
}

function cap({ main, solid, trim }: Hat): Drawing {
  const crown = new Path(0, -2).curve(6, -2, 10, 2, 10.2, 9.6).to(0, 10.4, 0.04).mirrored();
  const peak = new Path(-9.6, 9.2)
    .curve(-4, 6.8, 5, 6.8, 9.6, 9.2)
    .curve(12.6, 12, 10, 14.4, 7.6, 14.2)
    .curve(3, 12.6, -3, 12.6, -7.6, 14.2)
    .curve(-10, 14.4, -12.6, 12, -9.6, 9.2);
  return [
    {
      path: crown,
      fabric: main,
      round: 5,
      details:
        seam('M0 -2V9') +
        seam('M-5.6 9Q-5 1 0 -2', 0.8) +
        seam('M5.6 9Q5 1 0 -2', 0.8) +
        `<circle cx="0" cy="-1.6" r=".8" fill="${mix(main.colour, '#000000', 0.15)}"/><rect x="-2.6" y="2.6" width="5.2" height="3.2" rx=".4" fill="${trim.colour}"/>`,
      folds: SOFT,
    },
    {
      path: peak,
      fabric: solid,
      round: 2,
      lift: 1.2,
      details: [0.9, 1.7, 2.5]
        .map((y) => `<g transform="translate(0 ${y})">${stitches('M-9.6 9.2C-4 6.8 5 6.8 9.6 9.2', solid.colour)}</g>`)
        .join(''),
    },
  ];
}

function brim({ main, trim, random }: Hat): Drawing {
  const brim = ellipse(0, 9.6, 17.4 + random.range(-1.5, 1.5), 4.8);
  const crown = new Path(0, -4.6)
    .curve(3, -5.6, 6.6, -5, 7.6, -3)
    .curve(9, 1, 9.6, 5, 9.8, 9.2)
    .curve(5, 11.4, 2, 11.6, 0, 11.6)
    .mirrored();
  return [
    {
      path: brim,
      fabric: main,
      round: 2.4,
      details: stitches(ellipse(0, 9.6, 16.2, 4.1).line, main.colour),
      folds: SOFT,
    },
    {
      path: crown,
      fabric: main,
      round: 4.4,
      lift: 1.3,
      details:
        band('M-12 7.2Q0 11 12 7.2', trim.colour, 3.2) +
        seam('M-12 5.4Q0 9.2 12 5.4', 0.6) +
        '<ellipse cx="0" cy="-2.6" rx="4.4" ry="1.2" fill="#000" fill-opacity=".16"/>',
      folds: SOFT,
    },
  ];
}

function bucket({ main }: Hat): Drawing {
  const crown = new Path(0, -2.6).curve(6.6, -2.6, 8, -1.4, 8.4, 0.6).to(10, 8.4, 0.02).to(0, 10, 0.04).mirrored();
  const brim = new Path(0, 8.6).to(10, 7.6, -0.04).to(14.4, 13, 0.06).curve(9, 16, 4, 16.6, 0, 16.6).mirrored();
  return [
    { path: crown, fabric: main, round: 4, details: seam('M-9 .4Q0 2.6 9 .4', 0.9), folds: SOFT },
    {
      path: brim,
      fabric: main,
      round: 2.4,
      lift: 0.5,
      details: [1.4, 2.8, 4.2, 5.6]
        .map((y) => stitches(`M-16 ${8.4 + y}Q0 ${10.4 + y} 16 ${8.4 + y}`, main.colour))
        .join(''),
      folds: SOFT,
    },
  ];
}

function beanie({ main, solid, trim, design }: Hat): Drawing {
  const { cut } = design;
  const knit = { ...main, material: design.material };
  const tall = cut.cuff === 'slouch' ? 3.4 : 0;
  const crown = new Path(0, -4 - tall)
    .curve(6.6, -4 - tall, 10.4, 0, 10.2, 8)
    .to(0, 9, 0.03)
    .mirrored();
  const cuff = new Path(0, 4.6).to(10.5, 4, -0.03).to(10.3, 11.2, 0.06).to(0, 12, 0.03).mirrored();
  const bobble =
    cut.top === 'bobble'
      ? [
          {
            path: ellipse(0, -6.4 - tall, 4),
            fabric: plain(mix(COLOURS[design.accents[0] ?? design.colour], '#ffffff', 0.15), 'felt'),
            round: 3.6,
            folds: [{ kind: 'crumple', period: 1.1, depth: 0.5 } as const],
          },
        ]
      : [];
  return [
    ...bobble,
    {
      path: crown,
      fabric: knit,
      round: 5,
      details: [-6, -2, 2, 6].map((x) => seam(`M${x} 8Q${x * 0.9} 0 0 ${-4 - tall}`, 0.3)).join(''),
      folds: SOFT,
    },
    {
      path: cuff,
      fabric: rib(cut.cuff === 'contrast' ? trim : solid),
      round: 2.2,
      lift: 0.8,
      folds: [{ kind: 'crumple', period: 4, depth: 0.25 }],
    },
    ...(cut.top === 'tag'
      ? [
          {
            path: new Path(4.4, 6.6).to(7.4, 6.6).to(7.4, 9.4).to(4.4, 9.4),
            fabric: plain('#a8703f', 'leather'),
            round: 0.3,
            lift: 0.4,
          },
        ]
      : []),
  ];
}

export const hats: Garment = {
  materials: ['knit', 'ribbed', 'chunky', 'wool'],
  patterns: ['plain', 'plain', 'plain', 'stripes', 'melange'],
  departments: ['women', 'men', 'kids'],
  price: [1490, 6900],
  sizes: 'one',
  display: 'standing',
  cut(random) {
    return {
      style: random.pick(['beanie', 'beanie', 'cap', 'brim', 'bucket']),
      cuff: random.pick(['plain', 'contrast', 'slouch']),
      top: random.pick(['plain', 'bobble', 'tag']),
    };
  },
  cloth(cut) {
    if (cut.style === 'cap' || cut.style === 'bucket') return { material: 'canvas' };
    if (cut.style === 'brim') return { material: cut.cuff === 'slouch' ? 'straw' : 'felt', pattern: 'plain' };
    return {};
  },
  draw,
};
