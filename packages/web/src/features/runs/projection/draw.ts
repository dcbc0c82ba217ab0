import type { Place } from './projection';
import { onScreen, type Size, type View } from './view';

export interface Scene {
  places: readonly Place[];
  /** CSS colour of each place; null: not among what was chosen, drawn faintly. */
  colours: readonly (string | null)[];
  /** The place pointed at. */
  active: number | null;
  view: View;
  size: Size;
  /** Colours of what is not chosen, and of the ring around the active place. */
  faint: string;
  ink: string;
}

const RADIUS = 4;
const TURN = 2 * Math.PI;

/** Draws the photos' dots: the faint ones below, the one pointed at on top with a ring. */
export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { places, colours, active, view, size, faint, ink } = scene;
  context.clearRect(0, 0, size.width, size.height);
  const radius = RADIUS * Math.min(2, view.zoom ** 0.25);
  const dot = (place: Place, colour: string, alpha: number, wide = radius) => {
    const [x, y] = onScreen(place, view, size);
    if (x < -wide || y < -wide || x > size.width + wide || y > size.height + wide) return;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, wide, 0, TURN);
    context.fill();
  };
  for (const [index, place] of places.entries()) if (colours[index] === null) dot(place, faint, 0.5, radius * 0.8);
  for (const [index, place] of places.entries()) {
    const colour = colours[index];
    if (colour) dot(place, colour, 0.82);
  }
  const at = active === null ? undefined : places[active];
  if (active !== null && at) {
    dot(at, ink, 1, radius + 3.5);
    dot(at, colours[active] ?? faint, 1, radius + 1.5);
  }
  context.globalAlpha = 1;
}
