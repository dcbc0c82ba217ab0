import type { Fabric } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { seam } from '../picture/details.js';
import type { Part } from '../picture/part.js';

/** Collar and lapels of a tailored front that closes at `bottom`; `width` is how far a lapel reaches. */
export function lapels(fabric: Fabric, neck: number, bottom: number, width: number): Part[] {
  const notch = 40;
  const lapel = new Path(neck - 1, 28)
    .to(neck + 3.4, 36, 0.02)
    .to(neck + width, notch, -0.05)
    .to(neck + width - 1.4, notch + 3.4, 0.02)
    .to(0.2, bottom, 0.06)
    .to(neck - 1, 28, 0.01);
  const top = new Path(neck * 0.5, 25.6)
    .to(neck + 1.2, 28, 0.1)
    .to(neck + width - 0.2, notch - 1.6, 0.04)
    .to(neck + 2.6, notch - 1.6)
    .to(neck - 1, 30.6, 0.02);
  const right: Part = {
    path: lapel,
    fabric,
    round: 2,
    grain: 16,
    lift: 0.9,
    details: seam(lapel.placed(-0.4, -0.3).line, 0.4),
    folds: [{ kind: 'crumple', period: 6, depth: 0.3 }],
  };
  const collarRight: Part = { path: top, fabric, round: 1.5, grain: 30, lift: 0.6 };
  return [
    { ...right, path: lapel.flipped(), details: '', grain: -16 },
    right,
    { ...collarRight, path: top.flipped(), grain: -30 },
    collarRight,
  ];
}
