import { mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { band, button, patchPocket, seam, slit, stitches, zip } from '../picture/details.js';
import type { Drawing, Fold, Part } from '../picture/part.js';
import type { Random } from '../random.js';
import { cloth, rib } from './cloth.js';
import type { Design } from './design.js';
import { hoodBack, hoodFront } from './hood.js';
import { lapels } from './lapels.js';
import { BUILDS, backInside, collar, sleeves, type Torso, torsoPart } from './upper.js';

/** A tied or buckled belt over the waist. */
function belt(half: number, y: number, fabric: Part['fabric']): Part {
  return {
    path: new Path(0, y)
      .to(half, y - 0.8)
      .to(half, y + 3.4)
      .to(0, y + 4.2)
      .mirrored(),
    fabric,
    round: 1.4,
    lift: 1.2,
    details: `<rect x="-2.6" y="${y - 0.6}" width="5.2" height="5.4" rx=".6" fill="none" stroke="#4b3a28" stroke-width=".9"/>${stitches(`M-40 ${y + 0.8}H40`, fabric.colour)}`,
  };
}

/** Draws a coat or jacket: its style decides the closing and collar, its hem how long it is. */
export function outerwear(design: Design, random: Random, hem: number): Drawing {
  const { main, solid, lining, trim, button: horn } = cloth(design);
  const { cut } = design;
  const build = BUILDS[design.department];
  const style = cut.style ?? '';
  const long = hem > 100;
  const tailored = ['overcoat', 'trench', 'blazer', 'biker'].includes(style);
  const hooded = style === 'parka' || (style === 'puffer' && cut.collar === 'hood');
  const ease = (style === 'puffer' ? 6 : style === 'blazer' || style === 'denim' ? 3.2 : 4.5) + random.range(-0.4, 0.6);
  const close = style === 'blazer' ? 62 : style === 'biker' ? 56 : 54;
  const torso: Torso = {
    build,
    ease,
    hem,
    hemWidth: build.hip + ease + (long ? (style === 'trench' ? 7 : 3.5) : style === 'bomber' ? -2.5 : 0.4),
    neck: tailored ? 8 : 7.6,
    drop: tailored ? close - 29 : hooded ? 10 : 5.5,
    neckline: 'v',
  };
  const centre = 28.5 + torso.drop;
  const double = cut.closing === 'double';
  const rows = Array.from({ length: long ? 4 : 2 }, (_, i) => centre + 3 + i * 11);
  const metal = cut.metal === 'brass' ? '#c8a45e' : '#c4c3bf';
  const shut: Record<string, () => string> = {
    tailored: () =>
      seam(`M${double ? 7 : 1.8} ${centre}V${hem + 3}`, 1.3) +
      rows
        .flatMap((y) => (double ? [button(-5.4, y, 1.2, horn), button(5.4, y, 1.2, horn)] : [button(0, y, 1.2, horn)]))
        .join(''),
    zip: () => zip(0, centre, hem + 3, metal),
    studs: () =>
      seam(`M2.4 33V${hem + 3}`) +
      seam(`M-2.4 33V${hem + 3}`, 0.6) +
      Array.from({ length: 6 }, (_, i) =>
        button(0, centre + 3 + i * ((hem - centre - 9) / 5), 0.95, style === 'denim' ? metal : horn),
      ).join(''),
  };
  const closing =
    style === 'biker'
      ? `<g transform="rotate(9 0 ${centre})">${zip(1, centre, hem + 12, metal)}</g>`
      : (tailored ? shut.tailored : ['bomber', 'puffer', 'parka'].includes(style) ? shut.zip : shut.studs)?.();
  const pocketY = long ? 88 : hem - 20;
  const pockets =
    style === 'denim' || style === 'overshirt'
      ? patchPocket(4, 47, 9.5, 10.5, solid.colour, 2) +
        patchPocket(-13.5, 47, 9.5, 10.5, solid.colour, 2) +
        seam('M-30 44.5Q0 46.5 30 44.5', 0.9)
      : cut.pocket === 'patch'
        ? patchPocket(6, pocketY, 11, 14, solid.colour) + patchPocket(-17, pocketY, 11, 14, solid.colour)
        : slit(9, pocketY, 14.5, pocketY + 9) + slit(-9, pocketY, -14.5, pocketY + 9);
  const welt = rib(cut.trim === 'contrast' ? trim : solid);
  const hems =
    style === 'bomber' || style === 'denim'
      ? band(
          `M-40 ${hem + 0.4}Q0 ${hem + 1.6} 40 ${hem + 0.4}`,
          style === 'bomber' ? welt.colour : mix(main.colour, '#000000', 0.04),
          10,
        ) + seam(`M-40 ${hem - 4.6}H40`)
      : stitches(`M-40 ${hem - 1.6}H40`, main.colour);
  const panels =
    style === 'denim'
      ? seam(`M12 57Q9 70 6 ${hem - 4}`) +
        seam(`M-12 57Q-9 70 -6 ${hem - 4}`) +
        stitches(`M11.4 57Q8.4 70 5.4 ${hem - 4}`, main.colour, '#c58d4a')
      : '';
  const quilt: Fold[] = style === 'puffer' ? [{ kind: 'quilt', angle: 90, period: 7.5, depth: 1.7 }] : [];
  const quilting =
    style === 'puffer'
      ? Array.from({ length: Math.ceil((hem - 30) / 7.5) }, (_, i) => seam(`M-60 ${30 + i * 7.5}H60`, 0.7)).join('')
      : '';
  const padded = (part: Part): Part => ({
    ...part,
    folds: [...quilt, ...(part.folds ?? [])],
    ...(quilt.length ? { grain: 0 } : {}),
  });
  const bandOf =
    style === 'bomber'
      ? { height: 5, fabric: welt }
      : style === 'overshirt' || style === 'denim'
        ? { height: 4.6, fabric: solid }
        : undefined;
  const arms = sleeves(
    torso,
    {
      length: 57.5,
      cuff: style === 'puffer' ? 13 : 11.4,
      angle: style === 'puffer' ? 19 : 15,
      ...(bandOf ? { band: bandOf } : {}),
    },
    main,
  );
  const front = torsoPart(torso, main, quilting + panels + pockets + hems + closing);
  const knitCollar: Part = {
    path: new Path(0, 26.4).to(7.4, 24.6, -0.06).to(9.4, 29.4, 0.08).to(2, 36, 0.06).to(0, 34.6).mirrored(),
    fabric: style === 'puffer' ? solid : welt,
    round: 2.2,
    lift: 1,
    details: seam('M0 26V37'),
  };
  const neckwear = hooded
    ? hoodFront(
        style === 'parka' && cut.trim === 'contrast' ? plain(mix(solid.colour, '#cbb28d', 0.7), 'felt') : solid,
        centre,
      )
    : tailored
      ? lapels(style === 'biker' ? solid : main, 7.4, close, style === 'biker' ? 8 : 6)
      : style === 'bomber' || style === 'puffer'
        ? [knitCollar]
        : collar(
            torso,
            design.material === 'wool' && cut.trim === 'contrast'
              ? plain(mix(main.colour, '#2b201a', 0.6), 'corduroy')
              : main,
            3.6,
            3.2,
          );
  const back = hooded ? hoodBack(solid, lining) : [backInside(torso, lining)];
  const waist = style === 'trench' || cut.belt === 'belt' ? [belt(build.waist + ease + 1.2, 66, solid)] : [];
  return [...back, ...arms.map(padded), padded(front), ...waist, ...neckwear];
}

/** Puffers are nylon, bikers leather, denim jackets denim; leather and nylon are not woven in checks. */
export function outerCloth(cut: Readonly<Record<string, string>>): Partial<Pick<Design, 'material' | 'pattern'>> {
  switch (cut.style) {
    case 'puffer':
    case 'bomber':
      return { material: 'nylon', pattern: 'plain' };
    case 'biker':
      return { material: 'leather', pattern: 'plain' };
    case 'denim':
      return { material: 'denim', pattern: 'plain' };
    case 'parka':
    case 'trench':
      return { material: 'canvas', pattern: 'plain' };
    case 'blazer':
      return { material: 'wool' };
    default:
      return {};
  }
}
