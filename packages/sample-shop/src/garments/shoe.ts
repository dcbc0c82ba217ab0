import type { Fabric } from '../fabric/fabric.js';
import type { Path } from '../geometry/path.js';
import { Path as Pen } from '../geometry/path.js';
import type { Drawing, Part } from '../picture/part.js';

/**
 * A pair from the side: the far shoe behind, a little higher and to the right.
 * @param shoe one shoe's parts, toe to the right, sole on y = 0
 */
export function pair(shoe: Drawing): Drawing {
  const moved = (part: Part, x: number, y: number, tone: number): Part => ({
    ...part,
    path: part.path.placed(x, y),
    tone: (part.tone ?? 1) * tone,
    details: part.details ? `<g transform="translate(${x} ${y})">${part.details}</g>` : '',
    folds: part.folds?.map((fold) => ('x' in fold ? { ...fold, x: fold.x + x, y: fold.y + y } : fold)) ?? [],
  });
  return [...shoe.map((part) => moved(part, 6.5, -4.6, 0.9)), ...shoe.map((part) => moved(part, 0, 0, 1))];
}

/** Height of a figure's soles. */
export const GROUND = 176;

/** Both shoes from the front on a figure; `shaft` is how far they reach up the leg. */
export function frontPair(upper: Fabric, sole: Fabric, shaft: number, details: (side: 1 | -1) => string): Drawing {
  const foot = (path: Path, side: 1 | -1) => (side > 0 ? path : path.flipped());
  return ([1, -1] as const).flatMap((side): Part[] => {
    const under = new Pen(4.2, GROUND - 2.4)
      .to(13.4, GROUND - 2.8, 0.1)
      .to(13.2, GROUND, 0.2)
      .to(4, GROUND + 0.4, 0.05);
    const top = new Pen(5, GROUND - 9 - shaft)
      .to(10.6, GROUND - 9 - shaft, 0.05)
      .curve(11, GROUND - 7, 13.4, GROUND - 6, 13, GROUND - 1.6)
      .to(4.4, GROUND - 1.4, 0.05)
      .curve(4, GROUND - 6, 5.4, GROUND - 7, 5, GROUND - 9 - shaft);
    return [
      { path: foot(under, side), fabric: sole, round: 0.8 },
      {
        path: foot(top, side),
        fabric: upper,
        round: 3,
        details: details(side),
        folds: [{ kind: 'crumple', period: 3, depth: 0.25 }],
      },
    ];
  });
}
