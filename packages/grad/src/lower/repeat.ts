import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';

/** Each pixel of x [N, C, H, W] repeated into a block: [N, C, H·block₀, W·block₁]. Not on the tape. */
export function repeatPixels(x: Tensor, block: readonly [number, number]): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const scales = x.graph.constant(Float32Array.of(1, 1, ...block));
  return node('Resize', [x, undefined, scales], [batch, channels, height * block[0], width * block[1]], {
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  });
}
