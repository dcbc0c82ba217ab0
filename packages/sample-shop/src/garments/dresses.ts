import { COLOURS } from '../fabric/colours.js';
import { Path } from '../geometry/path.js';
import { band, button, seam, stitches } from '../picture/details.js';
import type { Drawing, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth } from './cloth.js';
import type { Design, Garment } from './design.js';
import { type SkirtShape, skirtPart } from './skirt.js';
import { ARMPIT, BUILDS, backInside, collar, neckLine, sleeves, type Torso, torsoFolds, torsoPart } from './upper.js';

/** A strapless front with two thin straps. */
function slip(torso: Torso, fabric: Part['fabric'], lining: Part['fabric'], bottom: number): Part[] {
  const { chest, waist } = torso.build;
  const strap = new Path(8.2, 29).to(9.4, 29).to(10.2, 45).to(8.6, 45);
  const top = new Path(0, 46).to(9.4, 41.5, -0.08).curve(11, 43.5, chest - 1, 47, chest + torso.ease, ARMPIT);
  const front = top
    .curve(chest, ARMPIT + 6, waist + torso.ease, bottom - 8, waist + torso.ease, bottom)
    .to(0, bottom + 1)
    .mirrored();
  const strapPart: Part = { path: strap, fabric, round: 0.5 };
  return [
    {
      path: new Path(0, 48)
        .to(chest + torso.ease - 0.6, ARMPIT, -0.05)
        .to(0, ARMPIT + 6)
        .mirrored(),
      fabric: lining,
      round: 0,
      tone: 0.62,
      inside: true,
    },
    strapPart,
    { ...strapPart, path: strap.flipped() },
    {
      path: front,
      fabric,
      round: 7,
      folds: torsoFolds(torso) ?? [],
      details: stitches('M-20 52Q-9 41 0 47Q9 41 20 52', fabric.colour),
    },
  ];
}

function draw(design: Design, random: Random): Drawing {
  const { main, solid, lining, trim, button: horn } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const ease = cut.style === 'shift' ? 3 : 1;
  const seamAt = cut.style === 'empire' ? 58 : 67;
  const hem = ({ mini: 112, midi: 142, maxi: 166 }[cut.length ?? ''] ?? 130) + random.range(-3, 3);
  const shirtdress = cut.style === 'shirt';
  const style: SkirtShape['style'] =
    cut.style === 'wrap'
      ? 'wrap'
      : cut.style === 'shift'
        ? 'straight'
        : cut.style === 'tiered'
          ? 'tiered'
          : cut.style === 'pleated'
            ? 'pleated'
            : 'full';
  const spread =
    { straight: 2, wrap: 5, tiered: 11, pleated: 9, full: 13, 'a-line': 8 }[style] * (0.5 + (hem - seamAt) / 130);
  const deep = cut.neckline === 'v-neck' || cut.style === 'wrap';
  const torso: Torso = {
    build,
    ease,
    hem: seamAt + 1,
    hemWidth: build.waist + ease + 0.3,
    neck: shirtdress ? 7 : deep ? 8 : 9.4,
    drop: shirtdress ? 6 : deep ? 17 : cut.neckline === 'scoop' ? 11 : 6,
    neckline: shirtdress || deep ? 'v' : 'round',
  };
  const buttons = shirtdress
    ? Array.from({ length: Math.floor((hem - 44) / 9) }, (_, i) => button(0, 42 + i * 9, 0.85, horn)).join('') +
      seam(`M1.9 34V${hem + 4}`)
    : '';
  const neck = neckLine(torso);
  const wrapLine =
    cut.style === 'wrap'
      ? `<path d="M-8 28Q4 46 ${build.waist} ${seamAt}" stroke="#000" stroke-opacity=".18" stroke-width="1.8" fill="none"/>${seam(`M-8 28Q4 46 ${build.waist} ${seamAt}`, 1.4)}`
      : '';
  const bodice = `${wrapLine}${buttons}${shirtdress ? '' : band(neck, solid.colour, 2) + seam(neck, 0.6)}`;
  const length = { short: 20, long: 56, cap: 9 }[cut.sleeve ?? ''] ?? 0;
  const arms = length
    ? sleeves(
        torso,
        {
          length,
          cuff: length > 40 ? 8.5 : 14.5,
          angle: length > 40 ? 14 : 24,
          ...(length > 40 ? { band: { height: 3, fabric: solid } } : {}),
        },
        main,
      )
    : [];
  const skirt = skirtPart(
    { build, top: seamAt, hem, waist: build.waist + ease + 0.2, flare: build.hip + spread, style },
    main,
    buttons,
  );
  const w = build.waist + ease + 0.4;
  const sash: Part = {
    path: new Path(0, seamAt - 1)
      .to(w, seamAt - 2, -0.01)
      .to(w, seamAt + 1.8)
      .to(0, seamAt + 2.8)
      .mirrored(),
    fabric: cut.belt === 'belt' ? { ...trim, colour: COLOURS[design.accents[0] ?? design.colour] } : solid,
    round: 1.4,
    folds: [{ kind: 'along', angle: 88, period: 1.4, depth: 0.4 }],
  };
  const top =
    cut.sleeve === 'straps'
      ? slip(torso, main, lining, seamAt)
      : [backInside(torso, lining), ...arms, torsoPart(torso, main, bodice)];
  return [
    skirt,
    ...top,
    ...(cut.belt === 'none' && cut.style === 'shift' ? [] : [sash]),
    ...(shirtdress && cut.sleeve !== 'straps' ? collar(torso, main, 2.6, 3) : []),
  ];
}

export const dresses: Garment = {
  materials: ['viscose', 'viscose', 'cotton', 'linen', 'satin', 'knit', 'denim'],
  patterns: [
    'plain',
    'plain',
    'floral',
    'floral',
    'dots',
    'stripes',
    'gingham',
    'brush',
    'leopard',
    'tiedye',
    'tartan',
  ],
  departments: ['women', 'women', 'women', 'kids'],
  price: [3490, 17900],
  sizes: 'numbers',
  display: 'hanging',
  cut(random) {
    return {
      style: random.pick(['fit-and-flare', 'shift', 'wrap', 'shirt', 'tiered', 'pleated', 'empire']),
      length: random.pick(['mini', 'midi', 'midi', 'maxi']),
      neckline: random.pick(['crew', 'v-neck', 'scoop']),
      sleeve: random.pick(['none', 'short', 'long', 'cap', 'straps']),
      belt: random.pick(['none', 'none', 'belt']),
    };
  },
  draw,
};
