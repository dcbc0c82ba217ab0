/** Degrees between one label's hue and the next: far apart for neighbours, and never the same twice. */
const GOLDEN_ANGLE = 137.508;

/** A colour for the nth label, told from the others' as well as can be, on a light or a dark ground. */
export function labelColour(n: number, dark: boolean): string {
  const hue = (165 + n * GOLDEN_ANGLE) % 360;
  // Every other round is deeper, for hues come close to each other after a dozen.
  const deep = Math.floor(n / 12) % 2 === 1;
  return `oklch(${dark ? (deep ? 0.66 : 0.8) : deep ? 0.42 : 0.58} ${deep ? 0.1 : 0.14} ${hue.toFixed(1)})`;
}
