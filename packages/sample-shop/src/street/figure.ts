import { mix } from '../fabric/colours.js';
import { plain } from '../fabric/fabric.js';
import type { Department } from '../garments/design.js';
import { BUILDS } from '../garments/upper.js';
import { Path } from '../geometry/path.js';
import type { Part } from '../picture/part.js';
import type { Random } from '../random.js';

const SKINS = ['#f0cdb4', '#e2b48f', '#c98f66', '#a46c45', '#7c4d30', '#573522'] as const;
const HAIRS = ['#221a17', '#3d291e', '#6b4429', '#a5713c', '#d0a866', '#8a8580'] as const;

/** A stylised figure facing us: body first, then the head, so that clothes can go between. */
export function figure(department: Department, random: Random): { body: Part[]; head: Part[] } {
  const build = BUILDS[department];
  const tone = random.pick(SKINS);
  const skin = plain(tone, 'skin');
  const { shoulder, chest, waist, hip } = build;
  const trunk = new Path(0, 18)
    .to(4.6, 19)
    .to(5.4, 29.5, -0.06)
    .to(shoulder - 1, 34, -0.03)
    .to(chest - 0.6, 50, -0.04)
    .to(waist - 0.5, 67, -0.03)
    .to(hip - 0.5, 87, 0.05)
    .to(0, 95)
    .mirrored();
  const arm = new Path(shoulder - 5, 33.4)
    .curve(shoulder + 2, 33, shoulder + 3, 46, shoulder + 7.4, 62)
    .curve(shoulder + 10, 74, shoulder + 12.4, 82, shoulder + 13.4, 89)
    .curve(shoulder + 15, 94, shoulder + 13.6, 99, shoulder + 11.6, 99.4)
    .curve(shoulder + 9.6, 97, shoulder + 9.4, 92, shoulder + 9.2, 88)
    .curve(shoulder + 5, 76, shoulder + 0.6, 64, shoulder - 4.4, 48);
  const leg = new Path(0.4, 92)
    .to(hip - 0.8, 86)
    .curve(hip, 106, 13, 124, 12.6, 132)
    .curve(13.4, 146, 11.4, 160, 10.2, 171)
    .to(5.4, 171)
    .curve(4.6, 158, 4.2, 146, 4.8, 132)
    .curve(3, 120, 1, 106, 0.4, 92);
  const foot = new Path(5, 169).to(10.6, 169).curve(11.4, 172, 13, 173, 12.4, 175.6).to(4.6, 175.6, 0.05).to(5, 169);
  const limb = (path: Path, round: number): Part[] =>
    [path.flipped(), path].map((side) => ({ path: side, fabric: skin, round, lift: 0.3 }));
  const face = new Path(0, 1.5).curve(6, 1.5, 8.4, 6, 8.2, 11.5).curve(8, 18, 4, 23.6, 0, 23.8).mirrored();
  const hair = plain(random.pick(HAIRS), 'wool');
  const long = department === 'women' ? random.chance(0.7) : random.chance(0.12);
  const strands = [{ kind: 'along', angle: 4, period: 1.6, depth: 0.5 }] as const;
  const fall: Part = {
    path: new Path(0, -1.5)
      .curve(8, -1.5, 11.4, 5, 10.8, 14)
      .curve(10.6, 22, 12.6, 28, 11, 36)
      .to(4, 37, 0.1)
      .to(0, 30)
      .mirrored(),
    fabric: hair,
    round: 3,
    folds: strands,
  };
  const cap: Part = {
    path: new Path(0, -1.4).curve(6.6, -1.4, 9.6, 4, 9, 10.6).curve(7.6, 6.6, 4, 4.6, 0, 5.6).mirrored(),
    fabric: hair,
    round: 2.4,
    lift: 0.5,
    folds: strands,
  };
  const features = `<ellipse cx="-3.1" cy="12.4" rx=".62" ry=".42" fill="#2a1d18" fill-opacity=".7"/><ellipse cx="3.1" cy="12.4" rx=".62" ry=".42" fill="#2a1d18" fill-opacity=".7"/><path d="M-1.6 19q1.6 .9 3.2 0" stroke="${mix(tone, '#7a2c2c', 0.55)}" stroke-width=".75" fill="none" stroke-linecap="round"/><path d="M0 12.6q.9 2.6 -.3 3.4" stroke="${mix(tone, '#3a2018', 0.35)}" stroke-width=".4" fill="none"/>`;
  return {
    body: [
      ...(long ? [fall] : []),
      ...limb(foot, 1.5),
      ...limb(leg, 4),
      ...limb(arm, 3),
      { path: trunk, fabric: skin, round: 7, lift: 0.4 },
    ],
    head: [{ path: face, fabric: skin, round: 6, details: features, lift: 1.4 }, cap],
  };
}
