import { noise, smoothstep } from '../geometry/noise.js';
import type { Fold } from './part.js';

const RADIANS = Math.PI / 180;

/** Folded cloth has rounded valleys and sharper crests: a mix of smooth and ridged noise, in [-1, 1]. */
function ridged(u: number, v: number): number {
  const smooth = noise(u, v);
  return 0.55 * smooth + 0.45 * (1 - 2.2 * Math.abs(noise(u * 1.3 + 40, v + 9)));
}

/** Height of one family of folds as a function of the place, body units. */
export function foldHeight(fold: Fold, offset: number): (x: number, y: number) => number {
  const { depth } = fold;
  switch (fold.kind) {
    case 'crumple':
      return (x, y) => depth * noise(x / fold.period + offset, y / fold.period + offset);
    case 'quilt': {
      const across = (Math.cos(fold.angle * RADIANS) * Math.PI) / fold.period;
      const tilt = (Math.sin(fold.angle * RADIANS) * Math.PI) / fold.period;
      return (x, y) =>
        depth * Math.sqrt(Math.abs(Math.sin(x * across + y * tilt))) + depth * 0.25 * noise(x / 2 + offset, y / 2);
    }
    case 'along': {
      const across = Math.cos(fold.angle * RADIANS) / fold.period;
      const tilt = Math.sin(fold.angle * RADIANS) / fold.period;
      return (x, y) => depth * ridged(x * across + y * tilt + offset, (y * across - x * tilt) / 7 + offset);
    }
    case 'fan':
      return (x, y) => {
        const dx = x - fold.x;
        const dy = y - fold.y;
        const reach = Math.hypot(dx, dy);
        const grown = smoothstep(fold.from * 0.3, fold.from * 2.2, reach);
        return grown * depth * ridged(Math.atan2(dx, dy) / (fold.degrees * RADIANS) + offset, reach / 60 + offset);
      };
    case 'bunch': {
      const cos = Math.cos(fold.angle * RADIANS) / fold.period;
      const sin = Math.sin(fold.angle * RADIANS) / fold.period;
      const spread = 1 / (fold.radius * fold.radius);
      return (x, y) => {
        const dx = x - fold.x;
        const dy = y - fold.y;
        const near = Math.exp(-(dx * dx + dy * dy) * spread);
        return near < 0.02
          ? 0
          : near * depth * ridged(dx * cos + dy * sin + offset, (dy * cos - dx * sin) / 4 + offset);
      };
    }
  }
}
