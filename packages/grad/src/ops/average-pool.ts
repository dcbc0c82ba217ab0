import { differentiable, node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { unreached } from '../lower/conv-geometry.js';
import { type PoolOptions, poolGeometry } from '../lower/pool-geometry.js';
import { repeatPixels } from '../lower/repeat.js';
import { surround } from '../lower/window.js';
import { mean } from './mean.js';
import { mul } from './mul.js';

/** The mean of each window of x [N, C, H, W], padding counted as zeros (PyTorch's default). */
export function averagePool(x: Tensor, options: PoolOptions): Tensor {
  const geometry = poolGeometry('averagePool', x, options);
  const { kernel, stride, padding, output, input } = geometry;
  const pads = [...padding, ...padding];
  const y = node('AveragePool', [x], [...x.shape.slice(0, 2), ...output], {
    attributes: { kernel_shape: kernel, strides: stride, pads, count_include_pad: 1 },
  });
  const area = kernel[0] * kernel[1];
  return differentiable(y, [x], (dy) => {
    const [bottom, right] = [unreached(geometry, 0), unreached(geometry, 1)];
    if (kernel.every((size, axis) => size === stride[axis]) && pads.every((pad) => pad === 0)) {
      return [surround(mul(repeatPixels(dy, kernel), 1 / area), [0, 0, 0, 0], [0, 0, bottom, right])];
    }
    const channels = x.shape[1]!;
    const spread = x.graph.constant(new Float32Array(channels * area).fill(1 / area), [channels, 1, ...kernel]);
    const attributes = {
      kernel_shape: kernel,
      strides: stride,
      pads,
      output_padding: [bottom, right],
      group: channels,
    };
    return [node('ConvTranspose', [dy, spread], [...x.shape.slice(0, 2), ...input], { attributes })];
  });
}

/** The mean over all positions: [N, C, H, W] → [N, C]. */
export function globalAveragePool(x: Tensor): Tensor {
  return mean(x, [2, 3]);
}
