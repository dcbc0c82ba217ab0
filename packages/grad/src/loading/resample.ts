import type { Picture, PictureForm } from './picture.js';
import type { Window } from './window.js';

/** Scale and bias by channel: a value v of the picture becomes (v − bias) · scale. */
export interface Normalisation {
  readonly bias: readonly number[];
  readonly scale: readonly number[];
}

/** Which source pixels each target pixel lies between along one axis, and how far it is towards the second. */
interface Axis {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

/**
 * Draws a window of a picture as planes [channels, height, width] into `target`: bilinear, pixel centres
 * at half positions; beyond the edge the edge's own pixels go on. What is made smaller by two or more is averaged first.
 */
export function resample(
  picture: Picture,
  window: Window,
  form: Pick<PictureForm, 'width' | 'height'>,
  { bias, scale }: Normalisation,
  target: Float32Array,
): void {
  const reduction = Math.min(window.width / form.width, window.height / form.height);
  const factor = Math.floor(Math.min(reduction, picture.width, picture.height));
  if (factor >= 2) {
    resample(shrink(picture, factor), divided(window, factor), form, { bias, scale }, target);
    return;
  }
  const { width, height } = form;
  const { channels } = picture;
  const columns = axis(picture.width, width, window.left, window.width, window.mirrored);
  const rows = axis(picture.height, height, window.top, window.height, false);
  let upper = { row: -1, values: new Float64Array(width * channels) };
  let lower = { row: -1, values: new Float64Array(width * channels) };
  for (let y = 0; y < height; y++) {
    if (lower.row === rows.low[y]) [upper, lower] = [lower, upper];
    for (const [line, row] of [[upper, rows.low[y]!] as const, [lower, rows.high[y]!] as const]) {
      if (line.row !== row) interpolateRow(picture, row, columns, line.values);
      line.row = row;
    }
    const down = rows.share[y]!;
    for (let channel = 0; channel < channels; channel++) {
      const to = (channel * height + y) * width;
      blendRows(upper.values, lower.values, down, channel * width, bias[channel]!, scale[channel]!, target, to, width);
    }
  }
}

/** Draws a window of the mask of a picture [height, width]: the nearest pixel's class. */
export function resampleMask(
  picture: Picture,
  window: Window,
  form: Pick<PictureForm, 'width' | 'height'>,
  target: Int32Array,
): void {
  const columns = nearest(picture.width, form.width, window.left, window.width, window.mirrored);
  const rows = nearest(picture.height, form.height, window.top, window.height, false);
  let to = 0;
  for (const row of rows) {
    const start = row * picture.width;
    for (const column of columns) target[to++] = picture.mask![start + column]!;
  }
}

/** Positions in the source of the centres of target pixels. */
function* positions(count: number, start: number, length: number, mirrored: boolean): Generator<number> {
  for (let i = 0; i < count; i++) yield start + ((mirrored ? count - 1 - i : i) + 0.5) * (length / count) - 0.5;
}

function axis(size: number, count: number, start: number, length: number, mirrored: boolean): Axis {
  const [low, high, share] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)];
  let i = 0;
  for (const at of positions(count, start, length, mirrored)) {
    const position = Math.min(size - 1, Math.max(0, at));
    low[i] = Math.floor(position);
    high[i] = Math.min(size - 1, low[i]! + 1);
    share[i] = position - low[i]!;
    i += 1;
  }
  return { low, high, share };
}

function nearest(size: number, count: number, start: number, length: number, mirrored: boolean): Int32Array {
  const at = positions(count, start, length, mirrored);
  return Int32Array.from(at, (position) => Math.min(size - 1, Math.max(0, Math.round(position))));
}

/** One row of the source at the target's columns, channel after channel. */
function interpolateRow({ pixels, width, channels }: Picture, row: number, columns: Axis, into: Float64Array): void {
  const { low, high, share } = columns;
  const start = row * width * channels;
  const count = low.length;
  for (let channel = 0; channel < channels; channel++) {
    const from = start + channel;
    const to = channel * count;
    for (let x = 0; x < count; x++) {
      const left = pixels[from + low[x]! * channels]!;
      into[to + x] = left + (pixels[from + high[x]! * channels]! - left) * share[x]!;
    }
  }
}

function blendRows(
  upper: Float64Array,
  lower: Float64Array,
  down: number,
  from: number,
  bias: number,
  scale: number,
  target: Float32Array,
  to: number,
  count: number,
): void {
  for (let x = 0; x < count; x++) {
    const top = upper[from + x]!;
    target[to + x] = (top + (lower[from + x]! - top) * down - bias) * scale;
  }
}

/** Averages squares of `factor` × `factor` pixels; what is left over at the right and below is dropped. */
function shrink({ width, height, channels, pixels }: Picture, factor: number): Picture {
  const [w, h] = [Math.floor(width / factor), Math.floor(height / factor)];
  const small = new Uint8Array(w * h * channels);
  const area = factor * factor;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = area / 2;
        for (let dy = 0; dy < factor; dy++) {
          const start = ((y * factor + dy) * width + x * factor) * channels + channel;
          for (let dx = 0; dx < factor; dx++) sum += pixels[start + dx * channels]!;
        }
        small[(y * w + x) * channels + channel] = sum / area;
      }
    }
  }
  return { width: w, height: h, channels, pixels: small };
}

function divided({ left, top, width, height, mirrored }: Window, factor: number): Window {
  return { left: left / factor, top: top / factor, width: width / factor, height: height / factor, mirrored };
}
