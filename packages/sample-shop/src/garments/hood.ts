import type { Fabric } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Part } from '../picture/part.js';

/** The back of a hood, drawn before the body: a dome and its dark opening. */
export function hoodBack(fabric: Fabric, lining: Fabric): Part[] {
  return [
    {
      path: new Path(0, 14.5).curve(7, 14.5, 12.5, 19, 12.6, 27).to(12, 36, 0.05).to(0, 40).mirrored(),
      fabric,
      round: 6,
      inside: true,
      details: seam('M0 10V30', 0.9),
      folds: [{ kind: 'crumple', period: 5, depth: 0.5 }],
    },
    {
      path: new Path(0, 19).curve(5, 19, 8.6, 23, 8.2, 29).to(3, 40, 0.08).to(0, 41).mirrored(),
      fabric: lining,
      round: 3,
      tone: 0.55,
      inside: true,
      details: seam('M-9 31Q0 35 9 31'),
    },
  ];
}

/** The hood's two front edges crossing below the throat, drawn over the body. */
export function hoodFront(fabric: Fabric, bottom: number): Part[] {
  const edge = new Path(-0.6, bottom)
    .curve(3.5, bottom - 3, 8.4, 31, 7.6, 24)
    .to(12.5, 25, 0.2)
    .curve(13.6, 33, 8, 39, 1.2, bottom + 3);
  const right: Part = {
    path: edge,
    fabric,
    round: 2.6,
    grain: 20,
    lift: 1.2,
    details: stitches(edge.placed(0.9, 0.6).line, fabric.colour),
    folds: [{ kind: 'crumple', period: 4, depth: 0.4 }],
  };
  return [{ ...right, path: edge.flipped(), details: '', grain: -20 }, right];
}

/** A drawstring hanging from both eyelets. */
export function drawstrings(top: number, colour: string, length: number): string {
  const cord = (x: number, sway: number) =>
    `<circle cx="${x}" cy="${top}" r=".8" fill="#b9b4a8"/><circle cx="${x}" cy="${top}" r=".4" fill="#333"/>` +
    `<path d="M${x} ${top}q${sway} ${length / 2} ${sway * 0.4} ${length}" stroke="#000" stroke-opacity=".2" stroke-width="1" fill="none" transform="translate(.4 .4)"/>` +
    `<path d="M${x} ${top}q${sway} ${length / 2} ${sway * 0.4} ${length}" stroke="${colour}" stroke-width=".85" fill="none" stroke-linecap="round"/>`;
  return cord(-3.4, -1.2) + cord(3.4, 1);
}
