import { COLOURS, mix } from '../fabric/colours.js';
import { band, patchPocket, seam, stitches } from '../picture/details.js';
import type { Drawing } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth, rib } from './cloth.js';
import type { Design, Garment } from './design.js';
import { BUILDS, backInside, neckLine, sleeves, type Torso, torsoPart } from './upper.js';

const NECKLINES: Record<string, Pick<Torso, 'neckline' | 'neck' | 'drop'>> = {
  crew: { neckline: 'round', neck: 8.2, drop: 6 },
  'v-neck': { neckline: 'v', neck: 8, drop: 13 },
  scoop: { neckline: 'round', neck: 10.5, drop: 12 },
  boat: { neckline: 'straight', neck: 12, drop: 3.4 },
};

/** A printed motif in the middle of the chest. */
function motif(kind: string, ink: string, second: string): string {
  switch (kind) {
    case 'sun':
      return `<g transform="translate(0 51)"><circle r="6.2" fill="${ink}"/><path d="M-9 2.2h18M-8 4.2h16M-6 6.2h12" stroke="${second}" stroke-width=".9"/></g>`;
    case 'arches':
      return [8, 5.8, 3.6]
        .map(
          (r, i) =>
            `<path d="M${-r} 57V52A${r} ${r} 0 0 1 ${r} 52V57" fill="none" stroke="${i % 2 ? second : ink}" stroke-width="1.3"/>`,
        )
        .join('');
    case 'wave':
      return [0, 2.6, 5.2]
        .map(
          (y, i) =>
            `<path d="M-9 ${49 + y}q3 -3 6 0t6 0t6 0" fill="none" stroke="${i === 1 ? second : ink}" stroke-width="1.1"/>`,
        )
        .join('');
    case 'bands':
      return `<path d="M-30 47h60" stroke="${ink}" stroke-width="4"/><path d="M-30 52h60" stroke="${second}" stroke-width="2"/>`;
    default:
      return '';
  }
}

function draw(design: Design, random: Random): Drawing {
  const { main, solid, lining, trim } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const ease = cut.fit === 'oversized' ? 5 : cut.fit === 'slim' ? 0.6 : 2.4;
  const hem = { crop: 66, regular: 85, long: 94 }[cut.length ?? ''] ?? 85;
  const torso: Torso = {
    build,
    ease: ease + random.range(-0.3, 0.5),
    hem: hem + random.range(-2, 2),
    hemWidth: build.hip + ease + (cut.length === 'crop' ? -1 : 0.4),
    ...(NECKLINES[cut.neckline ?? ''] ?? NECKLINES.crew)!,
  } as Torso;
  const ringer = cut.trim === 'contrast';
  const ribbing = ringer ? trim.colour : rib(solid).colour;
  const neck = neckLine(torso);
  const bandWidth = cut.neckline === 'boat' ? 2 : 4.2;
  const details =
    motif(cut.print ?? '', trim.colour, COLOURS[design.accents[1] ?? design.colour]) +
    (cut.pocket === 'chest' ? patchPocket(4.5, 47, 8, 9, solid.colour, 1) : '') +
    band(neck, ribbing, bandWidth) +
    `<g transform="translate(0 ${bandWidth * 0.52})">${seam(neck)}</g>` +
    stitches(`M-40 ${torso.hem - 1.3}Q0 ${torso.hem} 40 ${torso.hem - 1.3}`, solid.colour) +
    stitches(`M-40 ${torso.hem - 1.9}Q0 ${torso.hem - 0.6} 40 ${torso.hem - 1.9}`, solid.colour);
  const length = { short: cut.fit === 'oversized' ? 25 : 19, long: 57, cap: 10 }[cut.sleeve ?? ''] ?? 0;
  const arms = length
    ? sleeves(
        torso,
        {
          length: length + random.range(-1.5, 1.5),
          cuff: length > 40 ? 8.6 : 14 + ease * 0.5,
          angle: length > 40 ? 15 : 27,
          ...(ringer || length > 40
            ? {
                band: {
                  height: ringer ? 1.6 : 3,
                  fabric: { ...solid, colour: ringer ? ribbing : mix(solid.colour, '#000000', 0.05) },
                },
              }
            : {}),
        },
        main,
      )
    : [];
  return [backInside(torso, lining), ...arms, torsoPart(torso, main, details)];
}

export const tShirts: Garment = {
  materials: ['cotton', 'cotton', 'cotton', 'linen', 'ribbed', 'viscose'],
  patterns: [
    'plain',
    'plain',
    'plain',
    'plain',
    'stripes',
    'stripes',
    'melange',
    'dots',
    'tiedye',
    'colourblock',
    'brush',
    'floral',
  ],
  departments: ['women', 'men', 'kids', 'women', 'men'],
  price: [1490, 4900],
  sizes: 'letters',
  display: 'hanging',
  cut(random, department) {
    const women = department === 'women';
    const sleeve = random.pick(women ? ['short', 'short', 'long', 'none', 'cap'] : ['short', 'short', 'short', 'long']);
    return {
      neckline: random.pick(women ? ['crew', 'v-neck', 'scoop', 'boat'] : ['crew', 'crew', 'v-neck']),
      sleeve,
      fit: random.pick(['regular', 'regular', 'oversized', 'slim']),
      length: random.pick(women ? ['regular', 'regular', 'crop', 'long'] : ['regular']),
      print: random.pick(['none', 'none', 'none', 'sun', 'arches', 'wave', 'bands']),
      pocket: random.pick(['none', 'none', 'chest']),
      trim: random.pick(['plain', 'plain', 'plain', 'contrast']),
    };
  },
  draw,
};
