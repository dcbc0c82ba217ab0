/**
 * A linear change of colours: value[i] becomes Σ matrix[i][j] · value[j] + offset[i] over red, green, blue. All changes
 * of colour used in training are of this kind, so that any sequence of them is one pass over a picture. Nothing is
 * clamped to 0–255: a network takes what lies beyond, and no detail is lost.
 */
export interface ColourMap {
  readonly matrix: readonly [Colour, Colour, Colour];
  readonly offset: Colour;
}

export type Colour = readonly [number, number, number];

/** Of red, green and blue in luminance (ITU-R BT.601), as Pillow and torchvision have it. */
const LUMINANCE: Colour = [0.299, 0.587, 0.114];

/** Each channel by a factor and an offset of its own. */
export function byChannel(factors: Colour, offset: Colour): ColourMap {
  return { matrix: diagonal(...factors), offset };
}

/** The distance from `pivot` by a factor; with pivot 0 this is brightness, with the mean luminance contrast. */
export function scaleAbout(pivot: number, factor: number): ColourMap {
  const rest = pivot * (1 - factor);
  return byChannel([factor, factor, factor], [rest, rest, rest]);
}

/** The distance from grey by a factor: 0 leaves the luminance alone, 1 changes nothing. */
export function saturate(factor: number): ColourMap {
  return linear((colour) => {
    const grey = luminance(colour) * (1 - factor);
    return [colour[0] * factor + grey, colour[1] * factor + grey, colour[2] * factor + grey];
  });
}

/** Turns chrominance at equal luminance: hue as the linear map of YUV, and of NVIDIA DALI's `ColorTwist`. */
export function rotateHue(turns: number): ColourMap {
  const [cos, sin] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
  return linear((colour) => {
    const y = luminance(colour);
    const [u, v] = [0.492 * (colour[2] - y), 0.877 * (colour[0] - y)];
    const red = y + (v * cos - u * sin) / 0.877;
    const blue = y + (u * cos + v * sin) / 0.492;
    return [red, (y - LUMINANCE[0] * red - LUMINANCE[2] * blue) / LUMINANCE[1], blue];
  });
}

/** First `first`, then `then`. */
export function compose(first: ColourMap, then: ColourMap): ColourMap {
  const base = apply(then, first.offset);
  const columns = transpose(first.matrix).map((column) => multiply(then.matrix, column)) as [Colour, Colour, Colour];
  return { matrix: transpose(columns), offset: base };
}

function apply({ matrix, offset }: ColourMap, colour: Colour): Colour {
  const [r, g, b] = multiply(matrix, colour);
  return [r + offset[0], g + offset[1], b + offset[2]];
}

export function luminance(colour: Colour): number {
  return dot(LUMINANCE, colour);
}

/** Changes planes [channels, area] in place. One plane is grey: equal red, green and blue. */
export function recolour(map: ColourMap, values: Float32Array, channels: 1 | 3): void {
  const area = values.length / channels;
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = map.matrix;
  const [r0, g0, b0] = map.offset;
  if (channels === 1) {
    const factor = rr + rg + rb;
    for (let i = 0; i < area; i++) values[i] = values[i]! * factor + r0;
    return;
  }
  for (let i = 0; i < area; i++) {
    const [red, green, blue] = [values[i]!, values[i + area]!, values[i + 2 * area]!];
    values[i] = rr * red + rg * green + rb * blue + r0;
    values[i + area] = gr * red + gg * green + gb * blue + g0;
    values[i + 2 * area] = br * red + bg * green + bb * blue + b0;
  }
}

/** The map whose matrix does what a linear function of colours does. */
function linear(change: (colour: Colour) => Colour): ColourMap {
  return { matrix: transpose([change([1, 0, 0]), change([0, 1, 0]), change([0, 0, 1])]), offset: [0, 0, 0] };
}

function diagonal(r: number, g: number, b: number): ColourMap['matrix'] {
  return [
    [r, 0, 0],
    [0, g, 0],
    [0, 0, b],
  ];
}

function dot(a: Colour, b: Colour): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function multiply(matrix: ColourMap['matrix'], colour: Colour): Colour {
  return [dot(matrix[0], colour), dot(matrix[1], colour), dot(matrix[2], colour)];
}

function transpose([a, b, c]: readonly [Colour, Colour, Colour]): ColourMap['matrix'] {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}
