import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { pick, weave } from './blocked-positions.js';
import { intoBlocks, isInBlocks, outOfBlocks } from './channel-blocks.js';
import { type ConvGeometry, isPointwise } from './conv-geometry.js';

/** Whether a 1×1 convolution at stride 2 is worth two steps: every second position of x, which is in blocks, then at stride 1. */
export function prefersSubsample(x: Tensor, g: ConvGeometry): boolean {
  const halves = ([0, 1] as const).every((axis) => g.stride[axis] === 2 && g.input[axis] % 2 === 0);
  return isInBlocks(x) && isPointwise(g) && halves && g.groups === 1 && g.outChannels % x.graph.channelBlock! === 0;
}

/** Every second row and column of x [N, C, H, W], from the first on. */
export function subsample(x: Tensor): Tensor {
  return outOfBlocks(pick(intoBlocks(x), [0, 0], [2, 2]));
}

/** The gradient of x from that of its subsample: zeros between. */
export function subsampleGradient(dy: Tensor): Tensor {
  const withZeros = (t: Tensor, axis: 2 | 3) =>
    weave([t, t.graph.constant(new Float32Array(sizeOf(t.shape)), t.shape)], axis);
  return outOfBlocks(withZeros(withZeros(intoBlocks(dy), 3), 2));
}
