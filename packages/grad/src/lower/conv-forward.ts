import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { blockedConv, prefersBlocked } from './blocked-conv.js';
import { blockedDepthwiseConv, prefersBlockedDepthwise } from './blocked-depthwise.js';
import type { ConvGeometry } from './conv-geometry.js';
import { bandedConv, prefersBands } from './depthwise-bands.js';
import { emitConv } from './emit-conv.js';
import { gatheredConv, prefersGathered } from './gathered-conv.js';
import { batchInnermost, batchOutermost } from './innermost.js';

/** Above this many output positions the plain kernel has enough work per picture. */
const SMALL_OUTPUT = 16 * 16;
/** Groups of fewer channels are bound by memory, not by the length of rows. */
const MIN_GROUP = 8;
/** Below this many columns across the batch the dilated form gains nothing. */
const MIN_COLUMNS = 64;

/** x * weight (+ bias) as one Conv node in [N, C, H, W]: what inference wants, because the runtime optimizes it further. */
export function plainConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  return emitConv(x, weight, bias, [g.batch, g.outChannels, ...g.output], {
    kernel_shape: g.kernel,
    strides: g.stride,
    dilations: g.dilation,
    pads: [...g.padding, ...g.padding],
    group: g.groups,
  });
}

/** The convolution in whichever form is fastest when weights change at every step. */
export function trainingConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  if (prefersBlockedDepthwise(x.graph, g)) return blockedDepthwiseConv(x, weight, bias, g);
  if (prefersBands(g)) return bandedConv(x, weight, bias, g);
  if (prefersGathered(x, g)) return gatheredConv(x, weight, bias, g);
  if (prefersBlocked(x, g)) return blockedConv(x, weight, bias, g);
  return prefersBatchInnermost(g) ? batchInnermostConv(x, weight, bias, g) : plainConv(x, weight, bias, g);
}

function prefersBatchInnermost({ batch, inChannels, output, stride, groups, kernel }: ConvGeometry): boolean {
  const [height, width] = output;
  return (
    (groups === 1 || inChannels / groups >= MIN_GROUP) &&
    stride[0] === 1 &&
    stride[1] === 1 &&
    kernel[0] * kernel[1] > 1 &&
    batch > 1 &&
    height * width <= SMALL_OUTPUT &&
    width * batch >= MIN_COLUMNS
  );
}

/**
 * Small pictures leave the kernel short rows. With the batch innermost, [C, H, W, N] viewed as one picture
 * [1, C, H, W·N], rows are long; horizontal steps become steps of N columns, which dilation expresses.
 */
function batchInnermostConv(x: Tensor, weight: Tensor, bias: Tensor | undefined, g: ConvGeometry): Tensor {
  const { batch, inChannels, outChannels, groups, input, output, kernel, padding, dilation } = g;
  const wide = reshape(batchInnermost(x), [1, inChannels, input[0], input[1] * batch]);
  const pads = [padding[0], padding[1] * batch];
  const y = emitConv(wide, weight, bias, [1, outChannels, output[0], output[1] * batch], {
    kernel_shape: kernel,
    dilations: [dilation[0], dilation[1] * batch],
    pads: [...pads, ...pads],
    group: groups,
  });
  return batchOutermost(reshape(y, [outChannels, ...output, batch]));
}
