import { node } from '../graph/node.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import { convolveBlocks, kernelOfTaps } from './channel-blocks.js';

export type Axis = 2 | 3;

/** Row and column, or offsets along them. */
export type Place = readonly [number, number];

/** x in blocks at every `stride`-th position from `place` on. */
export function pick(x: Tensor, place: Place, stride: Place): Tensor {
  return atPlace(x, place, { weight: 1, stride });
}

type Options = Partial<Parameters<typeof convolveBlocks>[4]> & { readonly weight: number };

/** A depthwise convolution whose only weight is at `place`. */
export function atPlace(
  x: Tensor,
  place: Place,
  { weight, stride = [1, 1], pads = [0, 0, 0, 0], ...rest }: Options,
): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const kernel = [place[0] + 1, place[1] + 1] as const;
  const taps = [...Array<number>(kernel[0] * kernel[1] - 1).fill(0), weight];
  const shape = [batch, channels, height / stride[0], width / stride[1]];
  const attributes = { kernel, stride, dilation: [1, 1] as const, groups: channels, pads, ...rest };
  return convolveBlocks(x, kernelOfTaps(x, taps, kernel), undefined, shape, attributes);
}

/** Even and odd positions along an axis put in turn. */
export function weave(parities: readonly Tensor[], axis: Axis): Tensor {
  const [first] = parities as [Tensor, Tensor];
  const [batch, channels, height, width] = first.shape as [number, number, number, number];
  const block = first.graph.channelBlock!;
  const before = ((batch * channels) / block) * height * (axis === 2 ? 1 : width);
  const run = block * (axis === 2 ? width : 1);
  const runs = parities.map((parity) => reshape(parity, [before, run])) as [Tensor, Tensor];
  const woven = node('Concat', runs, [before, 2 * run], { attributes: { axis: 1 } });
  return reshape(
    woven,
    first.shape.map((size, i) => (i === axis ? 2 * size : size)),
  );
}

/** The shape of one parity of the positions along an axis. */
export function halved(shape: Shape, axis: Axis): number[] {
  return shape.map((size, i) => (i === axis ? size / 2 : size));
}
