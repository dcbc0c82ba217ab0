import { COLOURS, mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { ellipse, Path } from '../geometry/path.js';
import { stitches } from '../picture/details.js';
import type { Drawing, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import type { Design, Garment } from './design.js';
import { BUILDS } from './upper.js';

function buckle(kind: string, x: number, y: number, h: number, metal: string): string {
  const frame =
    kind === 'round'
      ? `<ellipse cx="${x}" cy="${y}" rx="${h * 0.62}" ry="${h * 0.66}" fill="none" stroke="#000" stroke-opacity=".3" stroke-width="1" transform="translate(.25 .35)"/><ellipse cx="${x}" cy="${y}" rx="${h * 0.62}" ry="${h * 0.66}" fill="none" stroke="${metal}" stroke-width=".9"/>`
      : kind === 'plate'
        ? `<rect x="${x - h * 0.8}" y="${y - h * 0.55}" width="${h * 1.6}" height="${h * 1.1}" rx=".5" fill="${metal}"/><rect x="${x - h * 0.6}" y="${y - h * 0.38}" width="${h * 1.2}" height="${h * 0.76}" rx=".3" fill="none" stroke="#000" stroke-opacity=".25" stroke-width=".2"/>`
        : `<rect x="${x - h * 0.5}" y="${y - h * 0.66}" width="${h}" height="${h * 1.32}" rx=".9" fill="none" stroke="#000" stroke-opacity=".3" stroke-width="1" transform="translate(.25 .35)"/><rect x="${x - h * 0.5}" y="${y - h * 0.66}" width="${h}" height="${h * 1.32}" rx=".9" fill="none" stroke="${metal}" stroke-width=".95"/>`;
  return `${frame}${kind === 'plate' ? '' : `<path d="M${x - h * 0.5} ${y}H${x + h * 0.62}" stroke="${mix(metal, '#000000', 0.12)}" stroke-width=".7"/>`}<path d="M${x - h * 0.4} ${y - h * 0.5}h${h * 0.5}" stroke="#fff" stroke-opacity=".7" stroke-width=".25"/>`;
}

/** A belt buckled into a loop, seen from a little above. */
function draw(design: Design, random: Random): Drawing {
  const { cut } = design;
  const colour = COLOURS[design.colour];
  const leather = plain(colour, design.material);
  const metal = cut.metal === 'brass' ? '#cda655' : '#c8c7c3';
  const h = { slim: 2.6, medium: 3.8, wide: 5.6 }[cut.width ?? ''] ?? 3.8;
  const rx = 17 + random.range(-1, 1);
  const ry = 6.2 + random.range(-0.6, 0.8);
  const ring = (top: number): Path =>
    new Path(-rx, top)
      .curve(-rx, top + ry * 1.33, rx, top + ry * 1.33, rx, top)
      .to(rx, top + h)
      .curve(rx, top + h + ry * 1.33, -rx, top + h + ry * 1.33, -rx, top + h);
  const back = new Path(-rx, 0)
    .curve(-rx, -ry * 1.33, rx, -ry * 1.33, rx, 0)
    .to(rx, h)
    .curve(rx, h - ry * 1.33, -rx, h - ry * 1.33, -rx, h);
  const y = ry + h / 2;
  const curved = (at: number) => `M${-rx} ${at}C${-rx} ${at + ry * 1.33} ${rx} ${at + ry * 1.33} ${rx} ${at}`;
  const braid =
    cut.finish === 'braided'
      ? Array.from(
          { length: 34 },
          (_, i) =>
            `<path d="M${-rx + i} ${-2}l1.4 ${h + ry + 6}M${-rx + i + 1.2} ${-2}l-1.4 ${h + ry + 6}" stroke="#000" stroke-opacity=".16" stroke-width=".35"/>`,
        ).join('')
      : '';
  const studs =
    cut.finish === 'studs'
      ? Array.from(
          { length: 9 },
          (_, i) =>
            `<circle cx="${-13 + i * 2.1}" cy="${ry * Math.sqrt(Math.max(0, 1 - ((-13 + i * 2.1) / rx) ** 2)) + h / 2}" r=".55" fill="${metal}"/>`,
        ).join('')
      : '';
  const edge = cut.finish === 'stitched' ? stitches(curved(0.5), colour) + stitches(curved(h - 0.5), colour) : '';
  const holes = [5, 7.2, 9.4, 11.6]
    .map(
      (x) =>
        `<ellipse cx="${x}" cy="${ry * Math.sqrt(1 - (x / rx) ** 2) + h / 2}" rx=".32" ry=".38" fill="#000" fill-opacity=".7"/>`,
    )
    .join('');
  const tail: Part = {
    path: new Path(2, y - h / 2 - 0.2)
      .to(13.5, ry * 0.62 - 0.1, -0.04)
      .curve(15.5, ry * 0.62, 15.2, ry * 0.62 + h, 13.2, ry * 0.66 + h)
      .to(2, y + h / 2 - 0.2, 0.04),
    fabric: leather,
    round: 1,
    lift: 1,
    details: holes + edge,
  };
  return [
    { path: back, fabric: plain(mix(colour, '#a58a66', 0.35), 'suede'), round: 1, tone: 0.8 },
    {
      path: ring(0),
      fabric: leather,
      round: 1.4,
      lift: 1.4,
      details: edge + braid + studs,
      folds: [{ kind: 'crumple', period: 6, depth: 0.25 }],
    },
    tail,
    {
      path: ellipse(0, y, h * 0.9, h * 0.85),
      fabric: leather,
      round: 0,
      lift: 0,
      details: buckle(cut.buckle ?? '', 0, y, h, metal),
    },
  ];
}

export const belts: Garment = {
  materials: ['leather', 'leather', 'suede', 'canvas'],
  patterns: ['plain'],
  departments: ['women', 'men'],
  colours: ['black', 'chocolate', 'caramel', 'camel', 'navy', 'burgundy', 'ivory', 'olive', 'red', 'forest', 'sand'],
  price: [1990, 6900],
  sizes: 'numbers',
  display: 'flat',
  cut(random) {
    return {
      width: random.pick(['slim', 'medium', 'medium', 'wide']),
      buckle: random.pick(['square', 'round', 'plate']),
      finish: random.pick(['stitched', 'stitched', 'plain', 'braided', 'studs']),
      metal: random.pick(['brass', 'steel']),
    };
  },
  draw,
  worn(design) {
    const half = BUILDS[design.department].waist + 2.4;
    const h = { slim: 2.6, medium: 3.8, wide: 5.6 }[design.cut.width ?? ''] ?? 3.8;
    const metal = design.cut.metal === 'brass' ? '#cda655' : '#c8c7c3';
    return [
      {
        path: new Path(0, 68)
          .to(half, 67.4)
          .to(half, 67.4 + h)
          .to(0, 68 + h)
          .mirrored(),
        fabric: plain(COLOURS[design.colour], design.material),
        round: 1,
        details: buckle(design.cut.buckle ?? '', 0, 68 + h / 2, h, metal),
      },
    ];
  },
};
