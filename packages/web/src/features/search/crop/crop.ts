/** A part of a photo as it stands upright, in fractions of its sides. */
export interface Crop {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The corner or side that is held: compass points. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

export const WHOLE: Crop = { x: 0, y: 0, width: 1, height: 1 };
/** Less of a photo than this, along one side, says little. */
export const SMALLEST = 0.05;

/** Where rounding leaves `most` a hair below `least`, it is `least`. */
const between = (least: number, value: number, most: number) => Math.max(least, Math.min(most, value));

export const isWhole = ({ width, height }: Crop) => width > 0.995 && height > 0.995;

/** The crop at another place, kept inside the photo. */
export function moved(crop: Crop, dx: number, dy: number): Crop {
  return { ...crop, x: between(0, crop.x + dx, 1 - crop.width), y: between(0, crop.y + dy, 1 - crop.height) };
}

/** The crop with the sides that the handle holds elsewhere: inside the photo, and never closer than `SMALLEST`. */
export function resized({ x, y, width, height }: Crop, handle: Handle, dx: number, dy: number): Crop {
  let [left, top, right, bottom] = [x, y, x + width, y + height];
  if (handle.includes('w')) left = between(0, left + dx, right - SMALLEST);
  if (handle.includes('e')) right = between(left + SMALLEST, right + dx, 1);
  if (handle.includes('n')) top = between(0, top + dy, bottom - SMALLEST);
  if (handle.includes('s')) bottom = between(top + SMALLEST, bottom + dy, 1);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The rectangle between two points, at least `SMALLEST` along each side. */
export function drawn(from: Point, to: Point): Crop {
  const along = (a: number, b: number): [number, number] => {
    const start = between(0, Math.min(a, b), 1 - SMALLEST);
    return [start, between(SMALLEST, Math.max(a, b) - start, 1 - start)];
  };
  const [x, width] = along(from.x, to.x);
  const [y, height] = along(from.y, to.y);
  return { x, y, width, height };
}

/** Of what one key press moves. */
const STEP = 0.02;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** What a key makes of the crop: arrows move it, with Shift its lower right corner, Escape is the whole; else undefined. */
export function keyed(crop: Crop, key: string, shift: boolean): Crop | undefined {
  if (key === 'Escape') return WHOLE;
  const arrow = arrows[key];
  if (!arrow) return undefined;
  return shift ? resized(crop, 'se', ...arrow) : moved(crop, ...arrow);
}

/** The crop as people hear it. */
export function described({ x, y, width, height }: Crop): string {
  const share = (fraction: number) => `${Math.round(fraction * 100)}%`;
  if (isWhole({ x, y, width, height })) return 'The whole photo';
  return `${share(width)} of the width from ${share(x)}, ${share(height)} of the height from ${share(y)}`;
}
