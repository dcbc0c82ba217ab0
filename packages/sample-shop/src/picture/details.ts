import { lightness, mix } from '../fabric/colours.js';

const line = (d: string, colour: string, width: number, opacity: number, dash = '') =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round"${dash && ` stroke-dasharray="${dash}"`}/>`;

/** A sewn line: a fine groove with a lit edge. */
export function seam(d: string, strength = 1): string {
  return `<g transform="translate(.18 .2)">${line(d, '#fff', 0.22, 0.22 * strength)}</g>${line(d, '#000', 0.3, 0.34 * strength)}`;
}

/** A row of stitches in a thread that shows on `cloth`. */
export function stitches(d: string, cloth: string, thread?: string): string {
  const colour = thread ?? (lightness(cloth) > 0.45 ? mix(cloth, '#000000', 0.35) : mix(cloth, '#ffffff', 0.4));
  return line(d, colour, 0.2, 0.75, '.75 .5');
}

/** A sewn-on button with four holes. */
export function button(x: number, y: number, r: number, colour: string): string {
  const hole = (dx: number, dy: number) =>
    `<circle cx="${x + dx * r}" cy="${y + dy * r}" r="${r * 0.13}" fill="#000" fill-opacity=".55"/>`;
  return (
    `<circle cx="${x + r * 0.18}" cy="${y + r * 0.28}" r="${r * 1.06}" fill="#000" fill-opacity=".28"/>` +
    `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>` +
    `<circle cx="${x}" cy="${y}" r="${r * 0.72}" fill="none" stroke="#000" stroke-opacity=".25" stroke-width="${r * 0.2}"/>` +
    `<path d="M${x - r * 0.7} ${y - r * 0.5}A${r * 0.86} ${r * 0.86} 0 0 1 ${x + r * 0.3} ${y - r * 0.8}" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="${r * 0.16}"/>` +
    hole(-0.24, -0.24) +
    hole(0.24, -0.24) +
    hole(-0.24, 0.24) +
    hole(0.24, 0.24)
  );
}

/** A zip with its slider, straight down from (x, top). */
export function zip(x: number, top: number, bottom: number, metal: string): string {
  return (
    line(`M${x} ${top}V${bottom}`, '#000', 1.5, 0.28) +
    line(`M${x} ${top}V${bottom}`, metal, 0.8, 1, '.35 .3') +
    `<path d="M${x - 0.7} ${top + 1}h1.4l-.2 2.2h-1z" fill="${metal}" stroke="#000" stroke-opacity=".3" stroke-width=".12"/>` +
    `<path d="M${x - 0.35} ${top + 3}h.7v3h-.7z" fill="${mix(metal, '#000000', 0.15)}"/>`
  );
}

/** A patch pocket: its cloth a breath lighter, with a shadow below and stitching inside. */
export function patchPocket(x: number, y: number, w: number, h: number, cloth: string, point = 0): string {
  const d = `M${x} ${y}h${w}v${h - point - 1}q0 1 -1 1L${x + w / 2} ${y + h}L${x + 1} ${y + h - point}q-1 0 -1 -1Z`;
  const inner = `M${x + 0.6} ${y + 0.4}V${y + h - point - 1}L${x + w / 2} ${y + h - 0.7}L${x + w - 0.6} ${y + h - point - 1}V${y + 0.4}`;
  return (
    `<path d="${d}" transform="translate(.35 .55)" fill="#000" fill-opacity=".2"/>` +
    `<path d="${d}" fill="${cloth}" fill-opacity=".25"/><path d="${d}" fill="#fff" fill-opacity=".05"/>` +
    seam(d, 0.9) +
    seam(`M${x} ${y + 1.6}h${w}`, 0.6) +
    stitches(inner, cloth)
  );
}

/** A slanted or straight pocket opening. */
export function slit(x1: number, y1: number, x2: number, y2: number): string {
  const d = `M${x1} ${y1}L${x2} ${y2}`;
  return line(d, '#000', 0.75, 0.3) + seam(d, 1.1);
}

/** A band along a path (a hem, a cuff, a tape). */
export function band(d: string, colour: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}
