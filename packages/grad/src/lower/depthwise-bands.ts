import { node } from '../graph/node.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from '../ops/add.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { type ConvGeometry, isDepthwise } from './conv-geometry.js';

/** From this many numbers on, making the matrices costs more than they save. */
const MAX_MATRICES = 3_000_000;
/** The largest constant that says where taps go. */
const MAX_PLACES = 500_000;
/** With fewer pictures the matrices are made for too little. */
const MIN_BATCH = 4;

/**
 * Whether a depthwise convolution is faster as matrix products: those of small pictures are, by up to ten times, as the
 * runtime's kernel takes every channel of every picture by itself.
 */
export function prefersBands(g: ConvGeometry): boolean {
  const places = area(g.input) * area(g.output);
  return (
    isDepthwise(g) &&
    g.batch >= MIN_BATCH &&
    g.inChannels * places <= MAX_MATRICES &&
    area(g.kernel) * places <= MAX_PLACES
  );
}

/** x * weight (+ bias): for each channel the pictures [N, H·W] times its matrix. */
export function bandedConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  const y = product(byChannel(x), matrices(weight, g), [g.inChannels, g.batch, area(g.output)]);
  const pictures = byPicture(y, g.output);
  return bias ? add(pictures, reshape(bias, [1, g.outChannels, 1, 1])) : pictures;
}

/** The gradient of x from that of the output: times the transposed matrices. */
export function bandedInputGradient(dy: Tensor, weight: Tensor, g: ConvGeometry): Tensor {
  const shape = [g.inChannels, g.batch, area(g.input)];
  return byPicture(product(byChannel(dy), matrices(weight, g), shape, { transB: 1 }), g.input);
}

/** The gradient of the weight [C, 1, kh, kw]: that of the matrices, xᵀ·dy, summed along each band. */
export function bandedWeightGradient(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const { inChannels: channels, kernel } = g;
  const places = area(g.input) * area(g.output);
  const whole = product(byChannel(x), byChannel(dy), [channels, area(g.input), area(g.output)], { transA: 1 });
  const taps = node('Gemm', [reshape(whole, [channels, places]), bands(x, g)], [channels, area(kernel)], {
    attributes: { transB: 1 },
  });
  return reshape(taps, [channels, 1, ...kernel]);
}

/** Of each channel the matrix [H·W, OH·OW] with y = x·T: a tap stands wherever it leads from a pixel to an output. */
function matrices(weight: Tensor, g: ConvGeometry): Tensor {
  const { inChannels: channels, kernel } = g;
  const places = area(g.input) * area(g.output);
  const spread = node('Gemm', [reshape(weight, [channels, area(kernel)]), bands(weight, g)], [channels, places]);
  return reshape(spread, [channels, area(g.input), area(g.output)]);
}

/** [kh·kw, H·W·OH·OW]: 1 where a tap of the kernel leads from an input pixel to an output pixel. */
function bands(like: Tensor, { kernel, input, output, stride, padding, dilation }: ConvGeometry): Tensor {
  const places = area(input) * area(output);
  const values = new Float32Array(area(kernel) * places);
  for (let tap = 0; tap < area(kernel); tap++) {
    const [i, j] = [Math.floor(tap / kernel[1]), tap % kernel[1]];
    for (let at = 0; at < area(output); at++) {
      const row = Math.floor(at / output[1]) * stride[0] + i * dilation[0] - padding[0];
      const column = (at % output[1]) * stride[1] + j * dilation[1] - padding[1];
      if (row < 0 || row >= input[0] || column < 0 || column >= input[1]) continue;
      values[tap * places + (row * input[1] + column) * area(output) + at] = 1;
    }
  }
  return like.graph.constant(values, [area(kernel), places]);
}

function product(a: Tensor, b: Tensor, shape: Shape, attributes = {}): Tensor {
  return node('FusedMatMul', [a, b], shape, { domain: 'com.microsoft', attributes });
}

/** [N, C, H, W] → [C, N, H·W]. */
function byChannel(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  return transpose(reshape(x, [batch, channels, height * width]), [1, 0, 2]);
}

/** [C, N, H·W] → [N, C, H, W]. */
function byPicture(y: Tensor, size: readonly [number, number]): Tensor {
  const [channels, batch] = y.shape as [number, number];
  return reshape(transpose(y, [1, 0, 2]), [batch, channels, ...size]);
}

function area([height, width]: readonly [number, number]): number {
  return height * width;
}
