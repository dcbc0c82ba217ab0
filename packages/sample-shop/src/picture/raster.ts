import sharp from 'sharp';
import { paint } from '../fabric/patterns.js';
import { union } from '../geometry/path.js';
import type { Drawing } from './part.js';

/** Where body units fall in a picture: pixel = (unit − origin) × scale. */
export interface View {
  width: number;
  height: number;
  left: number;
  top: number;
  /** Pixels per body unit. */
  scale: number;
}

const open = (view: View, width: number, height: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${view.left} ${view.top} ${view.width / view.scale} ${view.height / view.scale}">`;

/** Rasterises an SVG document to straight RGBA. */
export async function pixels(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

/** The colours of a drawing without any light, RGBA. */
export async function albedo(drawing: Drawing, view: View): Promise<Buffer> {
  const definitions: string[] = [];
  const body = drawing.map((part, i) => {
    const { top, bottom } = part.path.bounds;
    const whole =
      part.fabric.pattern === 'colourblock'
        ? union(drawing.filter((p) => p.fabric === part.fabric).map((p) => p.path.bounds))
        : { top, bottom };
    const { fill, definition } = paint(`f${i}`, part.fabric, part.grain ?? 0, whole.top, whole.bottom);
    const clip = part.details ? `<clipPath id="c${i}"><path d="${part.path.shape}"/></clipPath>` : '';
    definitions.push(definition, clip);
    const details = part.details ? `<g clip-path="url(#c${i})">${part.details}</g>` : '';
    const shade =
      part.tone === undefined
        ? ''
        : `<path d="${part.path.shape}" fill="#000" fill-opacity="${(1 - part.tone).toFixed(3)}"/>`;
    return `<path d="${part.path.shape}" fill="${fill}"/>${details}${shade}`;
  });
  return pixels(`${open(view, view.width, view.height)}<defs>${definitions.join('')}</defs>${body.join('')}</svg>`);
}

/** Which part is on top at each pixel: its index + 1, or 0 where there is none. */
export async function partMap(drawing: Drawing, view: View, width: number, height: number): Promise<Uint16Array> {
  const body = drawing.map((part, i) => {
    return `<path d="${part.path.shape}" fill="rgb(${(i + 1) & 255},${(i + 1) >> 8},0)"/>`;
  });
  const raw = await pixels(`${open(view, width, height)}<g shape-rendering="crispEdges">${body.join('')}</g></svg>`);
  const map = new Uint16Array(width * height);
  for (let i = 0; i < map.length; i++)
    map[i] = raw[i * 4 + 3] ? (raw[i * 4] as number) | ((raw[i * 4 + 1] as number) << 8) : 0;
  return map;
}
