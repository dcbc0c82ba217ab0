import type { Fabric } from '../fabric/fabric.js';
import { Path } from '../geometry/path.js';
import { seam, stitches } from '../picture/details.js';
import type { Part } from '../picture/part.js';
import type { Build } from './upper.js';

export interface SkirtShape {
  build: Build;
  top: number;
  hem: number;
  /** Half width at the waist and at the hem. */
  waist: number;
  flare: number;
  style: 'straight' | 'a-line' | 'full' | 'pleated' | 'tiered' | 'wrap';
}

/** A skirt's cloth from the waist down: folds spread from the waist. */
export function skirtPart(shape: SkirtShape, fabric: Fabric, extra = ''): Part {
  const { top, hem, waist, flare, build, style } = shape;
  const straight = style === 'straight' || style === 'wrap';
  const hip = straight ? build.hip + 0.6 : waist + (flare - waist) * 0.42;
  const path = new Path(0, top + 1)
    .to(waist, top, -0.02)
    .curve(waist + (straight ? 1.5 : 0.8), top + 6, hip, top + 10, hip + (straight ? 0.2 : 1), top + 17)
    .to(flare, hem - (straight ? 0 : 2), straight ? 0.01 : -0.015)
    .curve(
      flare * 0.66,
      hem + (straight ? 0.6 : 2),
      flare * 0.33,
      hem + (straight ? 1 : 3),
      0,
      hem + (straight ? 1 : 3),
    )
    .mirrored();
  const apex = top - (waist * (hem - top)) / Math.max(1, flare - waist) - 4;
  const degrees =
    { straight: 9, wrap: 9, 'a-line': 6, full: 5.2, pleated: 3.4, tiered: 3.2 }[style] *
    Math.min(1, 120 / (hem - apex));
  const depth = { straight: 0.3, wrap: 0.4, 'a-line': 0.9, full: 1.5, pleated: 1.25, tiered: 1.1 }[style];
  const pleats =
    style === 'pleated'
      ? Array.from({ length: 13 }, (_, i) => {
          const share = (i - 6) / 6.5;
          return seam(`M${share * waist} ${top}L${share * flare} ${hem + 3}`, 0.8);
        }).join('')
      : '';
  const tiers =
    style === 'tiered'
      ? [0.36, 0.68]
          .map((share) => {
            const y = top + (hem - top) * share;
            return `<path d="M-60 ${y + 1}Q0 ${y + 5} 60 ${y + 1}" stroke="#000" stroke-opacity=".16" stroke-width="2.6" fill="none"/>${seam(`M-60 ${y}Q0 ${y + 4} 60 ${y}`, 1.3)}`;
          })
          .join('')
      : '';
  const wrap =
    style === 'wrap'
      ? `<path d="M8 ${top}Q4 ${hem - 20} -9 ${hem + 2}" stroke="#000" stroke-opacity=".15" stroke-width="2" fill="none"/>${seam(`M8.5 ${top}Q5 ${hem - 20} -8 ${hem + 2}`, 1.5)}`
      : '';
  return {
    path,
    fabric,
    round: straight ? 7 : 4.5,
    details:
      extra +
      pleats +
      tiers +
      wrap +
      stitches(`M-60 ${hem - 1}Q0 ${hem + (straight ? 0 : 2.6)} 60 ${hem - 1}`, fabric.colour),
    folds: [
      { kind: 'fan', x: 0, y: Math.max(apex, top - 160), degrees, depth, from: top - Math.max(apex, top - 160) },
      { kind: 'crumple', period: 8, depth: 0.5 },
      ...(straight
        ? [{ kind: 'bunch', x: 0, y: top + 16, radius: 13, angle: 84, period: 3, depth: 0.45 } as const]
        : []),
    ],
  };
}
