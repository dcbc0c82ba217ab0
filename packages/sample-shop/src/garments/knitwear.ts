import { mix } from '../fabric/colours.js';
import { Path } from '../geometry/path.js';
import { band, button, patchPocket, seam } from '../picture/details.js';
import type { Drawing, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth, rib } from './cloth.js';
import type { Design, Garment } from './design.js';
import { BUILDS, backInside, neckLine, sleeves, type Torso, torsoPart } from './upper.js';

/** A folded roll collar standing up around the neck. */
function rollNeck(neck: number, fabric: Part['fabric']): Part {
  return {
    path: new Path(0, 21.5)
      .to(neck - 0.6, 22.6, 0.04)
      .to(neck + 0.8, 31, 0.06)
      .to(0, 34.5, 0.08)
      .mirrored(),
    fabric,
    round: 4,
    lift: 1.4,
    details: seam(`M${-neck - 2} 24.4Q0 27 ${neck + 2} 24.4`, 0.5),
    folds: [{ kind: 'along', angle: 90, period: 3, depth: 0.4 }],
  };
}

/** Raised cables down the front. */
function cables(colour: string): string {
  const rope = (x: number) =>
    Array.from({ length: 16 }, (_, i) => {
      const y = 34 + i * 4;
      return (
        `<path d="M${x - 1.4} ${y}q2.8 1.4 2.8 4" stroke="#000" stroke-opacity=".2" stroke-width="1.5" fill="none"/>` +
        `<path d="M${x - 1.5} ${y - 0.3}q2.6 1.3 2.7 3.6" stroke="${mix(colour, '#ffffff', 0.14)}" stroke-width=".8" fill="none" stroke-linecap="round"/>`
      );
    }).join('') +
    seam(`M${x - 2.4} 30V110`, 0.8) +
    seam(`M${x + 2.4} 30V110`, 0.8);
  return [-10, 0, 10].map(rope).join('');
}

function draw(design: Design, random: Random): Drawing {
  const { main, solid, lining, trim, button: horn } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const ease = cut.fit === 'oversized' ? 6 : cut.fit === 'slim' ? 1 : 3.2;
  const cardigan = cut.style === 'cardigan';
  const vest = cut.style === 'vest';
  const deep = cardigan || vest || cut.neckline === 'v-neck';
  const hem = (cut.length === 'crop' ? 72 : cut.length === 'long' ? 106 : 86) + random.range(-2, 2);
  const torso: Torso = {
    build,
    ease,
    hem,
    hemWidth: build.hip + ease - 1,
    neck: 8,
    drop: deep ? (cardigan ? 22 : 14) : 5.4,
    neckline: deep ? 'v' : 'round',
  };
  const welt = cut.trim === 'contrast' ? trim : rib(solid);
  const neck = neckLine(torso);
  const front = cardigan
    ? band(`M0 ${28 + torso.drop}V${hem + 3}`, welt.colour, 4.4) +
      seam(`M2.2 ${28 + torso.drop}V${hem + 3}`, 0.7) +
      seam(`M-2.2 ${28 + torso.drop}V${hem + 3}`, 0.7) +
      Array.from({ length: 5 }, (_, i) => button(0, 54 + i * ((hem - 60) / 4), 1, horn)).join('') +
      (cut.pocket === 'patch'
        ? patchPocket(6, hem - 22, 10, 12, solid.colour) + patchPocket(-16, hem - 22, 10, 12, solid.colour)
        : '')
    : '';
  const details =
    (cut.stitch === 'cable' ? cables(main.colour) : '') +
    band(neck, welt.colour, 5) +
    `<g transform="translate(0 2.7)">${seam(neck, 0.8)}</g>` +
    band(`M-40 ${hem + 0.5}Q0 ${hem + 2} 40 ${hem + 0.5}`, welt.colour, 12) +
    seam(`M-40 ${hem - 5.5}Q0 ${hem - 4} 40 ${hem - 5.5}`, 0.8) +
    front;
  const arms = vest
    ? []
    : sleeves(
        torso,
        {
          length: 56 + random.range(-1, 2),
          cuff: cut.fit === 'oversized' ? 12 : 9.4,
          angle: 16,
          band: { height: 5.5, fabric: welt },
        },
        main,
      );
  const roll = cut.neckline === 'roll' && !cardigan && !vest ? [rollNeck(8, rib(solid))] : [];
  return [backInside(torso, lining), ...arms, torsoPart(torso, main, details), ...roll];
}

export const knitwear: Garment = {
  materials: ['knit', 'knit', 'chunky', 'ribbed', 'wool'],
  patterns: ['plain', 'plain', 'plain', 'stripes', 'fairisle', 'argyle', 'colourblock', 'melange'],
  departments: ['women', 'women', 'men', 'kids'],
  price: [3990, 16900],
  sizes: 'letters',
  display: 'flat',
  cut(random) {
    return {
      style: random.pick(['jumper', 'jumper', 'jumper', 'cardigan', 'vest']),
      neckline: random.pick(['crew', 'crew', 'v-neck', 'roll']),
      fit: random.pick(['regular', 'regular', 'oversized', 'slim']),
      length: random.pick(['regular', 'regular', 'crop', 'long']),
      stitch: random.pick(['plain', 'plain', 'cable']),
      pocket: random.pick(['none', 'patch']),
      trim: random.pick(['plain', 'plain', 'contrast']),
    };
  },
  draw,
};
