import type { Place } from './projection';

/** What of the unit square a canvas shows. */
export interface View {
  /** 1: all of it. */
  zoom: number;
  /** The place in the canvas’s middle. */
  at: Place;
}

export interface Size {
  width: number;
  height: number;
}

export const ALL: View = { zoom: 1, at: [0.5, 0.5] };
/** The nearest that one can zoom. */
export const MOST = 24;
/** Pixels around what is shown, so that no photo's dot is cut. */
const MARGIN = 16;

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
const sideOf = ({ width, height }: Size) => Math.max(1, Math.min(width, height) - 2 * MARGIN);

/** Pixels from the canvas’s upper left corner. */
export function onScreen([x, y]: Place, { zoom, at }: View, size: Size): Place {
  const scale = zoom * sideOf(size);
  return [(x - at[0]) * scale + size.width / 2, (y - at[1]) * scale + size.height / 2];
}

/** The place under a pixel. */
export function underPixel([x, y]: Place, { zoom, at }: View, size: Size): Place {
  const scale = zoom * sideOf(size);
  return [(x - size.width / 2) / scale + at[0], (y - size.height / 2) / scale + at[1]];
}

const kept = (zoom: number, [x, y]: Place): View => ({ zoom, at: [between(0, x, 1), between(0, y, 1)] });

/** Nearer by `factor`; what is under the pixel stays there. */
export function zoomed(view: View, factor: number, pixel: Place, size: Size): View {
  const zoom = between(1, view.zoom * factor, MOST);
  if (zoom === 1) return ALL;
  const held = underPixel(pixel, view, size);
  const moved = underPixel(pixel, { zoom, at: view.at }, size);
  return kept(zoom, [view.at[0] + held[0] - moved[0], view.at[1] + held[1] - moved[1]]);
}

/** Moved along with a pointer that went so many pixels. */
export function panned(view: View, dx: number, dy: number, size: Size): View {
  const scale = view.zoom * sideOf(size);
  return kept(view.zoom, [view.at[0] - dx / scale, view.at[1] - dy / scale]);
}

/** Index of the place nearest to a pixel, no farther than `reach` pixels. */
export function nearestTo(pixel: Place, places: readonly Place[], view: View, size: Size, reach: number) {
  let found: number | null = null;
  let least = reach ** 2;
  for (const [index, place] of places.entries()) {
    const [x, y] = onScreen(place, view, size);
    const distance = (x - pixel[0]) ** 2 + (y - pixel[1]) ** 2;
    if (distance <= least) [found, least] = [index, distance];
  }
  return found;
}

/** Index of the place to go to from one with an arrow key: near, and rather ahead than aside. */
export function ahead(from: number, [dx, dy]: Place, places: readonly Place[]): number {
  const [x, y] = places[from] ?? [0.5, 0.5];
  let found = from;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, [u, v]] of places.entries()) {
    const along = (u - x) * dx + (v - y) * dy;
    const aside = Math.abs((u - x) * dy - (v - y) * dx);
    if (along <= 0 || index === from) continue;
    const cost = along + 2 * aside;
    if (cost < least) [found, least] = [index, cost];
  }
  return found;
}
