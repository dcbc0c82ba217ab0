import { mix } from '../fabric/colours.js';
import type { Fabric } from '../fabric/fabric.js';
import { plain } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { button, seam, stitches } from '../picture/details.js';
import type { Part } from '../picture/part.js';
import type { Build } from './upper.js';

export interface Legs {
  build: Build;
  ease: number;
  /** Height of the waistband's upper edge. */
  rise: number;
  hem: number;
  /** Width of a leg at the knee and at the hem. */
  knee: number;
  cuff: number;
}

const CROTCH = 93;

function outline({ build, ease, rise, hem, knee, cuff }: Legs): Path {
  const waist = build.waist + 0.6 + ease * 0.3;
  const hip = build.hip + ease;
  const inner = 1.4 + (hem - CROTCH) * 0.035;
  const path = new Path(0, rise + 1).to(waist, rise, -0.02).curve(waist + 1, rise + 7, hip, 80, hip, 88);
  const short = hem < 125;
  if (short) path.to(inner + cuff, hem, 0);
  else path.curve(hip, 104, inner + knee + 0.8, 116, inner + knee, 129).to(inner + cuff, hem, -0.01);
  return path
    .to(inner, hem + 0.8, 0.02)
    .curve(inner - 0.4, hem - (hem - CROTCH) * 0.4, 1.2, CROTCH + 8, 0, CROTCH)
    .mirrored();
}

/** Both legs and the waistband; `details` go on the cloth, the waistband and its button are added. */
export function legs(shape: Legs, fabric: Fabric, details: string, thread: string | undefined, metal: string): Part[] {
  const { rise, hem, build, ease } = shape;
  const waist = build.waist + 0.6 + ease * 0.3;
  const path = outline(shape);
  const knee = hem > 125;
  const x = 1.4 + (hem - CROTCH) * 0.02 + shape.knee / 2;
  const both = (fold: { y: number; radius: number; angle: number; period: number; depth: number }) =>
    [1, -1].map((side) => ({ kind: 'bunch' as const, x: side * x, ...fold, angle: fold.angle * side }));
  const band = new Path(0, rise + 1)
    .to(waist, rise, -0.02)
    .to(waist + 0.4, rise + 4, 0)
    .to(0, rise + 5.2, 0.02)
    .mirrored();
  const loop = (at: number) =>
    `<rect x="${at - 0.5}" y="${rise - 0.4}" width="1" height="5.6" rx=".3" fill="${mix(fabric.colour, '#000000', 0.08)}" stroke="#000" stroke-opacity=".25" stroke-width=".15"/>`;
  return [
    {
      path: new Path(0, rise - 1.6)
        .to(waist - 0.5, rise - 0.6, 0.02)
        .to(waist - 0.5, rise + 1)
        .to(0, rise + 2)
        .mirrored(),
      fabric: plain(mix(fabric.colour, '#6b6258', 0.35), 'cotton'),
      round: 0,
      tone: 0.6,
      inside: true,
    },
    {
      path,
      fabric,
      round: 6.5,
      details,
      folds: [
        { kind: 'fan', x: 0, y: CROTCH - 3, degrees: 17, depth: 0.35, from: 3 },
        { kind: 'bunch', x: 0, y: CROTCH - 1, radius: 9, angle: 80, period: 2.6, depth: 0.6 },
        ...(knee
          ? [
              ...both({ y: 130, radius: 11, angle: 78, period: 3, depth: 0.6 }),
              ...both({ y: hem - 5, radius: 9, angle: 82, period: 2.6, depth: 0.5 }),
            ]
          : []),
        { kind: 'along', angle: 2, period: 5.5, depth: 0.6 },
        { kind: 'crumple', period: 6, depth: 0.45 },
      ],
    },
    {
      path: band,
      fabric: {
        ...fabric,
        pattern: fabric.pattern === 'tiedye' || fabric.pattern === 'colourblock' ? 'plain' : fabric.pattern,
      },
      round: 1.6,
      lift: 0.5,
      details:
        stitches(band.line, fabric.colour, thread) + [-9, 9].map(loop).join('') + button(0, rise + 3, 0.95, metal),
      folds: [{ kind: 'crumple', period: 5, depth: 0.2 }],
    },
  ];
}

/** The fly's curved stitching. */
export function fly(rise: number, cloth: string, thread?: string): string {
  return seam(`M0 ${rise + 4}V${CROTCH}`, 1) + stitches(`M3 ${rise + 5}V${rise + 15}q-.2 4 -3 5`, cloth, thread);
}
