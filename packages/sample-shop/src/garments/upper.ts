import type { Fabric } from '../fabric/fabric.js';
import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { band, seam, stitches } from '../picture/details.js';
import type { Part } from '../picture/part.js';
import type { Department } from './design.js';

/** Half widths of a body at its landmarks, body units; heights are shared by all. */
export interface Build {
  shoulder: number;
  chest: number;
  waist: number;
  hip: number;
}

export const BUILDS: Record<Department, Build> = {
  women: { shoulder: 17.2, chest: 15.8, waist: 12.8, hip: 17 },
  men: { shoulder: 20, chest: 18, waist: 16.2, hip: 17 },
  kids: { shoulder: 15, chest: 14.2, waist: 13.8, hip: 14.6 },
};

/** Heights of landmarks, body units from the crown of the head. */
export const NECK = 28.5;
export const SHOULDER = 33.5;
export const ARMPIT = 50;
export const WAIST = 67;

export interface Torso {
  build: Build;
  /** Ease added to each half width. */
  ease: number;
  hem: number;
  /** Half width at the hem. */
  hemWidth: number;
  neck: number;
  /** How far the neckline drops in front. */
  drop: number;
  neckline: 'round' | 'v' | 'straight';
  /** How far the hem rises at the sides. */
  tails?: number;
}

/** The front neckline of a torso, from the centre to the right. */
function necklinePath(path: Path, torso: Torso): Path {
  const bottom = NECK + torso.drop;
  if (torso.neckline === 'v') return path.to(torso.neck, NECK, -0.06);
  if (torso.neckline === 'straight')
    return path.curve(torso.neck * 0.5, bottom, torso.neck * 0.8, bottom, torso.neck, NECK);
  return path.curve(torso.neck * 0.62, bottom, torso.neck, bottom - torso.drop * 0.42, torso.neck, NECK);
}

/** The outline of a garment's front. */
export function torsoPath(torso: Torso): Path {
  const { build, ease, hem } = torso;
  const path = necklinePath(new Path(0, NECK + torso.drop), torso);
  const tails = torso.tails ?? 0;
  path.to(build.shoulder + ease * 0.5, SHOULDER + 0.9, 0.03).to(build.chest + ease, ARMPIT, -0.1);
  const waist = build.waist + ease;
  if (hem > WAIST + 4)
    path
      .curve(build.chest + ease - 0.5, ARMPIT + 6, waist, WAIST - 7, waist, WAIST)
      .curve(waist, WAIST + 6, torso.hemWidth - 0.6, hem - tails - 8, torso.hemWidth, hem - tails);
  else path.to(torso.hemWidth, hem - tails, -0.02);
  return path
    .curve(torso.hemWidth * 0.7, hem - tails * 0.2 + 0.6, torso.hemWidth * 0.4, hem + 1, 0, hem + 1)
    .mirrored();
}

/** The line of the front neckline from side to side. */
export function neckLine(torso: Torso): string {
  const right = necklinePath(new Path(0, NECK + torso.drop), torso);
  return `${right.line}${right.flipped().line}`;
}

/** The inside of the back, seen through the neck. */
export function backInside(torso: Torso, lining: Fabric): Part {
  return {
    path: new Path(0, NECK + 2.2)
      .to(torso.neck + 0.4, NECK - 0.2, -0.1)
      .to(torso.neck + 1.5, SHOULDER)
      .to(0, NECK + torso.drop + 4)
      .mirrored(),
    fabric: lining,
    round: 0,
    tone: 0.62,
    inside: true,
    details: `${seam(`M${-torso.neck} ${NECK + 1}Q0 ${NECK + 5} ${torso.neck} ${NECK + 1}`)}<rect x="-2" y="${NECK + 3.6}" width="4" height="2.2" rx=".2" fill="#f3efe6"/><rect x="-1.2" y="${NECK + 4.4}" width="2.4" height=".35" fill="#777"/>`,
  };
}

export interface Sleeve {
  length: number;
  /** Width across the cuff. */
  cuff: number;
  /** Degrees away from the body. */
  angle: number;
  /** Rib or turned cuff: its height and colour. */
  band?: { height: number; fabric: Fabric };
}

/** Both sleeves, seams and folds included. */
export function sleeves(torso: Torso, sleeve: Sleeve, fabric: Fabric): Part[] {
  const { build, ease } = torso;
  const angle = (sleeve.angle * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const top = { x: build.shoulder + ease * 0.5 - 0.9, y: SHOULDER - 0.1 };
  const outer = { x: top.x + sin * sleeve.length + 1.6, y: top.y + cos * sleeve.length };
  const inner = { x: outer.x - cos * sleeve.cuff, y: outer.y + sin * sleeve.cuff };
  const armpit = { x: build.chest + ease - 1.6, y: ARMPIT + 1 };
  const path = new Path(top.x - 3, SHOULDER - 1.2)
    .curve(top.x + 5, SHOULDER - 0.8, top.x + sin * 12 + 3, top.y + cos * 12, outer.x, outer.y)
    .to(inner.x, inner.y, 0.05)
    .curve(
      inner.x - sin * sleeve.length * 0.3,
      inner.y - cos * sleeve.length * 0.3,
      armpit.x + 3,
      armpit.y + 5,
      armpit.x,
      armpit.y,
    )
    .to(top.x - 5, SHOULDER + 4);
  const long = sleeve.length > 40;
  const along = `M${outer.x} ${outer.y}L${inner.x} ${inner.y}`;
  const height = sleeve.band?.height ?? 0;
  const raise = (by: number) =>
    `M${outer.x - sin * by + 2} ${outer.y - cos * by - 0.6}L${inner.x - sin * by - 2} ${inner.y - cos * by + 0.6}`;
  const details = sleeve.band
    ? band(along, sleeve.band.fabric.colour, height * 2) + seam(raise(height))
    : stitches(raise(1.5), fabric.colour) + stitches(raise(2), fabric.colour);
  const elbow = { x: (top.x + inner.x) / 2 + 2, y: (top.y + inner.y) / 2 };
  const right: Part = {
    path,
    fabric,
    round: Math.min(5.5, sleeve.cuff * 0.62),
    grain: -sleeve.angle,
    lift: 0.6,
    details,
    folds: [
      { kind: 'along', angle: -sleeve.angle, period: 4.5, depth: 0.4 },
      { kind: 'bunch', x: armpit.x + 2, y: armpit.y, radius: 10, angle: 50, period: 2.6, depth: 0.55 },
      ...(long
        ? ([
            { kind: 'bunch', x: elbow.x, y: elbow.y, radius: 9, angle: 70, period: 3, depth: 0.6 },
            { kind: 'bunch', x: inner.x + 2, y: inner.y - 7, radius: 7, angle: 80, period: 2.4, depth: 0.5 },
          ] as const)
        : []),
      { kind: 'crumple', period: 6, depth: 0.35 },
    ],
  };
  const mirror = (d: string) => `<g transform="scale(-1 1)">${d}</g>`;
  const left: Part = {
    ...right,
    path: path.flipped(),
    grain: sleeve.angle,
    details: mirror(details),
    folds: right.folds?.map((fold) => ('x' in fold ? { ...fold, x: -fold.x } : fold)) ?? [],
  };
  return [left, right];
}

/** Folds of cloth hanging from the shoulders. */
export function torsoFolds(torso: Torso): Part['folds'] {
  const side = torso.build.chest + torso.ease;
  return [
    { kind: 'bunch', x: side, y: ARMPIT + 3, radius: 13, angle: -38, period: 3.4, depth: 0.6 },
    { kind: 'bunch', x: -side, y: ARMPIT + 3, radius: 13, angle: 38, period: 3.4, depth: 0.6 },
    { kind: 'along', angle: 5, period: 7, depth: 0.75 },
    { kind: 'bunch', x: 0, y: WAIST + 2, radius: 15, angle: 82, period: 3.4, depth: 0.5 },
    { kind: 'crumple', period: 8, depth: 0.5 },
  ];
}

/** The front piece. */
export function torsoPart(torso: Torso, fabric: Fabric, details: string): Part {
  return { path: torsoPath(torso), fabric, round: 8, folds: torsoFolds(torso) ?? [], details };
}

/** A shirt's turn-down collar, over whatever was drawn. */
export function collar(torso: Torso, fabric: Fabric, spread: number, stand: number): Part[] {
  const { neck } = torso;
  const y = NECK + torso.drop;
  const leaf = new Path(0.1, y + 0.2)
    .to(neck * 0.72, NECK - stand, 0.06)
    .to(neck + 0.9, NECK - 0.4, 0.12)
    .to(neck * 0.45 + spread, y + 7.2, 0.04)
    .to(0.1, y + 0.2, 0.02);
  const right: Part = {
    path: leaf,
    fabric,
    round: 1.6,
    grain: 28,
    details: stitches(leaf.placed(0, 0).line, fabric.colour),
    lift: 0.9,
  };
  return [
    {
      path: new Path(0, NECK - stand + 0.4)
        .to(neck * 0.74, NECK - stand, -0.05)
        .to(neck * 0.9, NECK + 1)
        .to(0, NECK + 2.4, 0.1)
        .mirrored(),
      fabric: plain(fabric.colour, fabric.material),
      round: 1,
      tone: 0.72,
      inside: true,
    },
    { ...right, path: leaf.flipped(), grain: -28 },
    right,
  ];
}
