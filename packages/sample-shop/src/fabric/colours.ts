/** The house palette: every product colour has a code (its words live in the language packs) and a value. */
export const COLOURS = {
  white: '#f4f2ec',
  ivory: '#e9e0cd',
  sand: '#d3bf9f',
  camel: '#b98a58',
  caramel: '#9a6236',
  chocolate: '#54392b',
  grey: '#a5a6a6',
  charcoal: '#45474b',
  black: '#232326',
  navy: '#26324d',
  indigo: '#3d5480',
  denim: '#6585ab',
  sky: '#a9c5dc',
  teal: '#2f6a6c',
  sage: '#a3af93',
  olive: '#6d6b42',
  forest: '#2f4a3a',
  mustard: '#d0a03c',
  butter: '#efd98c',
  terracotta: '#bf6b4a',
  rust: '#98472c',
  red: '#b3322f',
  burgundy: '#6a2433',
  coral: '#e28a72',
  blush: '#e6c1b6',
  rose: '#c77d86',
  lilac: '#b9a8cc',
  plum: '#5d3a5a',
} as const;

export type ColourCode = keyof typeof COLOURS;

export const COLOUR_CODES = Object.keys(COLOURS) as ColourCode[];

/** Colours that sit well beside each one: what patterns, trims and outfits are mixed from. */
export const COMPANIONS: Record<ColourCode, readonly ColourCode[]> = {
  white: ['navy', 'sky', 'red', 'sage', 'charcoal', 'blush'],
  ivory: ['camel', 'navy', 'terracotta', 'forest', 'burgundy', 'mustard'],
  sand: ['white', 'chocolate', 'indigo', 'rust', 'olive'],
  camel: ['ivory', 'black', 'navy', 'burgundy', 'chocolate'],
  caramel: ['ivory', 'forest', 'butter', 'navy'],
  chocolate: ['blush', 'ivory', 'camel', 'sky'],
  grey: ['white', 'navy', 'burgundy', 'mustard', 'charcoal'],
  charcoal: ['white', 'grey', 'mustard', 'rose', 'sky'],
  black: ['ivory', 'camel', 'red', 'white', 'lilac'],
  navy: ['white', 'ivory', 'red', 'mustard', 'sky'],
  indigo: ['white', 'sand', 'coral', 'butter'],
  denim: ['white', 'ivory', 'navy', 'camel'],
  sky: ['white', 'navy', 'chocolate', 'butter', 'coral'],
  teal: ['ivory', 'mustard', 'coral', 'sand'],
  sage: ['white', 'forest', 'blush', 'terracotta'],
  olive: ['ivory', 'mustard', 'rust', 'black'],
  forest: ['ivory', 'camel', 'burgundy', 'sage'],
  mustard: ['ivory', 'navy', 'forest', 'plum'],
  butter: ['white', 'denim', 'sage', 'caramel'],
  terracotta: ['ivory', 'sage', 'navy', 'blush'],
  rust: ['ivory', 'sand', 'teal', 'navy'],
  red: ['white', 'navy', 'ivory', 'blush'],
  burgundy: ['blush', 'ivory', 'grey', 'camel'],
  coral: ['white', 'teal', 'indigo', 'butter'],
  blush: ['white', 'burgundy', 'sage', 'grey'],
  rose: ['ivory', 'plum', 'charcoal', 'forest'],
  lilac: ['white', 'plum', 'olive', 'butter'],
  plum: ['lilac', 'ivory', 'mustard', 'rose'],
};

/** Red, green and blue, 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Mixes two colours: 0 gives the first, 1 the second. */
export function mix(a: string, b: string, amount: number): string {
  const from = rgb(a);
  const to = rgb(b);
  const channel = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * amount);
  return `#${[channel(0), channel(1), channel(2)].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Perceived lightness, 0–1 (Rec. 601 weights). */
export function lightness(hex: string): number {
  const [red, green, blue] = rgb(hex);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}
