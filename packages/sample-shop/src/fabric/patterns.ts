import { Random } from '../random.js';
import { mix } from './colours.js';
import type { Fabric } from './fabric.js';

/** One repeat of a pattern: SVG figures on the ground colour, `wide` × `high` body units. */
interface Repeat {
  wide: number;
  high: number;
  figures: string;
}

type Draw = (fabric: Fabric) => Repeat;

const rect = (x: number, y: number, w: number, h: number, fill: string, opacity = 1) =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" fill-opacity="${opacity}"/>`;
const dot = (x: number, y: number, r: number, fill: string, opacity = 1) =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" fill-opacity="${opacity}"/>`;
const shape = (d: string, fill: string, opacity = 1) => `<path d="${d}" fill="${fill}" fill-opacity="${opacity}"/>`;
const stroke = (d: string, colour: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;

const accent = (fabric: Fabric, i = 0) => fabric.accents[i % fabric.accents.length] ?? fabric.colour;

function flower(x: number, y: number, r: number, turn: number, petals: string, heart: string): string {
  const around = Array.from({ length: 5 }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / 5;
    const cx = (x + Math.cos(angle) * r * 0.6).toFixed(2);
    const cy = (y + Math.sin(angle) * r * 0.6).toFixed(2);
    return `<ellipse cx="${cx}" cy="${cy}" rx="${r * 0.52}" ry="${r * 0.4}" transform="rotate(${((angle * 180) / Math.PI).toFixed(1)} ${cx} ${cy})" fill="${petals}"/>`;
  });
  return around.join('') + dot(x, y, r * 0.27, heart);
}

function leaf(x: number, y: number, length: number, turn: number, fill: string): string {
  const w = length * 0.28;
  return `<path transform="translate(${x} ${y}) rotate(${turn})" d="M0 0Q${w} ${-length / 2} 0 ${-length}Q${-w} ${-length / 2} 0 0Z" fill="${fill}"/>`;
}

/** Figures that cross an edge of the repeat come back on the other side. */
function wrapped(side: number, x: number, y: number, reach: number, draw: (x: number, y: number) => string): string {
  const shifts = (at: number) => [0, ...(at < reach ? [side] : []), ...(at > side - reach ? [-side] : [])];
  return shifts(x)
    .flatMap((dx) => shifts(y).map((dy) => draw(x + dx, y + dy)))
    .join('');
}

const REPEATS = {
  stripes: (f) => ({ wide: 8, high: 4.4, figures: rect(0, 0, 8, 1.7, accent(f)) }),
  pinstripe: (f) => ({
    wide: 2.6,
    high: 8,
    figures: rect(0, 0, 0.45, 8, accent(f), 0.85),
  }),
  gingham: (f) => ({
    wide: 3.6,
    high: 3.6,
    figures: rect(0, 0, 1.8, 3.6, accent(f), 0.5) + rect(0, 0, 3.6, 1.8, accent(f), 0.5),
  }),
  tartan: (f) => {
    const bands = (across: boolean) =>
      [
        [0, 4.2, accent(f), 0.55],
        [1.6, 0.9, accent(f, 1), 0.6],
        [7, 0.45, accent(f, 1), 0.9],
        [8.4, 0.45, accent(f), 0.8],
      ]
        .map(([at, size, colour, opacity]) =>
          across
            ? rect(0, Number(at), 11, Number(size), String(colour), Number(opacity))
            : rect(Number(at), 0, Number(size), 11, String(colour), Number(opacity)),
        )
        .join('');
    return { wide: 11, high: 11, figures: bands(true) + bands(false) };
  },
  dots: (f) => ({ wide: 4, high: 4, figures: dot(1, 1, 0.62, accent(f)) + dot(3, 3, 0.62, accent(f)) }),
  floral: (f) => {
    const random = new Random(`floral/${f.colour}/${accent(f)}`);
    const side = 22;
    let figures = '';
    for (let cell = 0; cell < 16; cell++) {
      const x = ((cell % 4) + 0.25 + random.next() * 0.5) * (side / 4);
      const y = (Math.floor(cell / 4) + 0.25 + random.next() * 0.5) * (side / 4);
      const turn = random.next() * 6.28;
      const r = random.range(0.9, 2.1);
      const green = mix(f.colour, '#4d6146', 0.65);
      figures += wrapped(side, x, y, 3.6, (px, py) =>
        cell % 3 === 2
          ? leaf(px, py, r * 1.7, turn * 57, green) + leaf(px, py, r * 1.5, turn * 57 + 50, green)
          : leaf(px, py, r * 1.8, turn * 57, green) +
            flower(px, py, r, turn, accent(f, cell % 2), mix(accent(f, cell + 1), '#d9a441', 0.6)),
      );
    }
    return { wide: side, high: side, figures };
  },
  herringbone: (f) => ({
    wide: 4,
    high: 1.5,
    figures:
      stroke('M0 1.5L2 0M-2 1.5L0 0M0 3L2 1.5M2 0L4 1.5M2 -1.5L4 0M2 1.5L4 3', accent(f), 0.5) +
      rect(-0.06, 0, 0.12, 1.5, f.colour, 0.6),
  }),
  houndstooth: (f) => ({
    wide: 3.2,
    high: 3.2,
    figures: shape('M0 0H1.6V.8L2.4 0H3.2L1.6 1.6V3.2H.8V2.4L0 3.2V2.4L.8 1.6H0Z', accent(f)),
  }),
  argyle: (f) => ({
    wide: 9,
    high: 14,
    figures:
      shape('M4.5 0L9 7L4.5 14L0 7Z', accent(f), 0.8) +
      stroke('M0 0L9 14M9 0L0 14', mix(f.colour, '#ffffff', 0.45), 0.22),
  }),
  fairisle: (f) => {
    const row = (y: number, figure: (x: number) => string) =>
      [0, 4, 8].map((x) => figure(x)).join('') + (y < 0 ? '' : '');
    return {
      wide: 12,
      high: 17,
      figures:
        rect(0, 1, 12, 0.7, accent(f)) +
        row(3, (x) => shape(`M${x} 4L${x + 2} 2.4L${x + 4} 4L${x + 2} 5.6Z`, accent(f, 1))) +
        rect(0, 6.3, 12, 0.7, accent(f)) +
        row(
          8,
          (x) => dot(x + 2, 8.2, 0.5, accent(f, 1)) + dot(x, 8.2, 0.5, accent(f)) + dot(x + 4, 8.2, 0.5, accent(f)),
        ) +
        rect(0, 9.4, 12, 0.5, accent(f, 1)),
    };
  },
  brush: (f) => {
    const random = new Random(`brush/${f.colour}/${accent(f)}`);
    let figures = '';
    for (let cell = 0; cell < 9; cell++) {
      const x = ((cell % 3) + random.next()) * 7;
      const y = (Math.floor(cell / 3) + random.next()) * 7;
      const dx = random.range(2, 4.5);
      const dy = random.range(-1.8, 1.8);
      figures += wrapped(21, x, y, 6.5, (px, py) =>
        stroke(`M${px} ${py}q${dx / 2} ${dy - 1.4} ${dx} ${dy}`, accent(f, cell), 1 + (cell % 3) * 0.5),
      );
    }
    return { wide: 21, high: 21, figures };
  },
  leopard: (f) => {
    const random = new Random(`leopard/${f.colour}`);
    let figures = '';
    for (let cell = 0; cell < 25; cell++) {
      const x = ((cell % 5) + 0.2 + random.next() * 0.6) * 3;
      const y = (Math.floor(cell / 5) + 0.2 + random.next() * 0.6) * 3;
      const turn = random.range(0, 360);
      const r = random.range(0.55, 0.95);
      figures += wrapped(
        15,
        x,
        y,
        2,
        (px, py) =>
          `<g transform="translate(${px} ${py}) rotate(${turn})">${dot(0, 0, r * 0.7, accent(f, 1), 0.55)}${stroke(`M${-r} .1A${r} ${r * 0.8} 0 0 1 ${r * 0.6} ${-r * 0.6}M${r} .2A${r} ${r * 0.8} 0 0 1 ${-r * 0.5} ${r * 0.8}`, accent(f), 0.5)}</g>`,
      );
    }
    return { wide: 15, high: 15, figures };
  },
} as const satisfies Record<string, Draw>;

export type PatternCode = 'plain' | 'melange' | 'colourblock' | 'tiedye' | keyof typeof REPEATS;

/**
 * SVG paint for a part cut from a fabric.
 * @param id name of the definition inside its document
 * @param grain degrees the cloth is turned
 * @param top,bottom extent of the garment in body units, for what runs over its whole length
 * @returns the `fill` value and the definition it needs
 */
export function paint(id: string, fabric: Fabric, grain: number, top: number, bottom: number) {
  const fill = `url(#${id})`;
  switch (fabric.pattern) {
    case 'plain':
    case 'melange':
      return { fill: fabric.colour, definition: '' };
    case 'colourblock': {
      const at = (share: number) => `${(share * 100).toFixed(0)}%`;
      const stops = [fabric.colour, accent(fabric), accent(fabric, 1)]
        .map(
          (colour, i) =>
            `<stop offset="${at([0, 0.36, 0.62][i] ?? 0)}" stop-color="${colour}"/><stop offset="${at([0.36, 0.62, 1][i] ?? 1)}" stop-color="${colour}"/>`,
        )
        .join('');
      return {
        fill,
        definition: `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="${top}" y2="${bottom}">${stops}</linearGradient>`,
      };
    }
    case 'tiedye': {
      const ring = (bottom - top) * 0.16;
      const stops = [accent(fabric), fabric.colour, accent(fabric, 1), fabric.colour]
        .map((colour, i) => `<stop offset="${i * 27}%" stop-color="${colour}"/>`)
        .join('');
      return {
        fill,
        definition: `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="3" cy="${top + (bottom - top) * 0.42}" r="${ring * 1.6}" spreadMethod="reflect">${stops}</radialGradient>`,
      };
    }
    default: {
      const { wide, high, figures } = REPEATS[fabric.pattern](fabric);
      return {
        fill,
        definition:
          `<pattern id="${id}" patternUnits="userSpaceOnUse" width="${wide}" height="${high}" patternTransform="rotate(${grain}) scale(${fabric.scale})">` +
          `${rect(0, 0, wide, high, fabric.colour)}${figures}</pattern>`,
      };
    }
  }
}
