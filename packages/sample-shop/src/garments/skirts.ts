import { mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { button, patchPocket, seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { type SkirtShape, skirtPart } from './skirt.js';
import { BUILDS } from './upper.js';

const STYLES = ['straight', 'a-line', 'full', 'pleated', 'tiered', 'wrap'] as const;

function draw(design: Design, random: Random): Drawing {
  const { main, solid, button: horn } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const style = STYLES.find((name) => name === cut.style) ?? 'a-line';
  const top = 66;
  const hem = ({ mini: 102, midi: 138, maxi: 162 }[cut.length ?? ''] ?? 120) + random.range(-3, 3);
  const spread =
    { straight: 0.6, wrap: 1.6, 'a-line': 7, full: 15, pleated: 9, tiered: 12 }[style] * (0.55 + (hem - top) / 120);
  const waist = build.waist + 0.4;
  const shape: SkirtShape = { build, top, hem, waist, flare: build.hip + spread, style };
  const buttoned = cut.front === 'buttons' && (style === 'a-line' || style === 'straight');
  const extra = buttoned
    ? seam(`M2 ${top}V${hem + 4}`) +
      seam(`M-2 ${top}V${hem + 4}`, 0.6) +
      Array.from({ length: Math.round((hem - top) / 10) }, (_, i) => button(0, top + 8 + i * 9, 0.95, horn)).join('')
    : cut.front === 'pockets' && style !== 'pleated'
      ? patchPocket(6, top + 14, 9, 10, solid.colour) + patchPocket(-15, top + 14, 9, 10, solid.colour)
      : '';
  const bandPath = new Path(0, top - 2)
    .to(waist - 0.2, top - 3, -0.02)
    .to(waist + 0.2, top + 1)
    .to(0, top + 2, 0.02)
    .mirrored();
  return [
    {
      path: new Path(0, top - 4.4)
        .to(waist - 0.6, top - 3.6, 0.02)
        .to(waist - 0.6, top)
        .to(0, top)
        .mirrored(),
      fabric: plain(mix(solid.colour, '#5a5148', 0.3), 'cotton'),
      round: 0,
      tone: 0.6,
      inside: true,
    },
    skirtPart(shape, main, extra),
    {
      path: bandPath,
      fabric: solid,
      round: 1.6,
      lift: 0.6,
      details: stitches(bandPath.line, solid.colour),
      folds: [{ kind: 'crumple', period: 4, depth: 0.25 }],
    },
  ];
}

export const skirts: Garment = {
  materials: ['viscose', 'cotton', 'wool', 'denim', 'satin', 'leather', 'linen'],
  patterns: ['plain', 'plain', 'plain', 'floral', 'tartan', 'dots', 'gingham', 'stripes', 'leopard', 'houndstooth'],
  departments: ['women', 'women', 'women', 'kids'],
  price: [2490, 8900],
  sizes: 'numbers',
  display: 'flat',
  cut(random) {
    return {
      style: random.pick(STYLES),
      length: random.pick(['mini', 'mini', 'midi', 'midi', 'maxi']),
      front: random.pick(['plain', 'plain', 'buttons', 'pockets']),
    };
  },
  draw,
};
