import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { reshape } from '../ops/reshape.js';
import type { ConvGeometry } from './conv-geometry.js';

/**
 * MaxPool over x [N, C, H, W]. Where the batch is known the channels are passed off as pictures: the runtime moves pictures
 * of many channels into its blocked layout and back, which pays between convolutions with constant weights, as in
 * inference, and costs more than the pooling itself beside weights that are inputs.
 */
export function emitMaxPool(x: Tensor, { batch, inChannels, kernel, stride, padding, output }: ConvGeometry): Tensor {
  const attributes = { kernel_shape: kernel, strides: stride, pads: [...padding, ...padding] };
  const pool = (pictures: Tensor) =>
    node('MaxPool', [pictures], [...pictures.shape.slice(0, 2), ...output], { attributes });
  if (x.graph.dynamicBatch) return pool(x);
  const planes = reshape(x, [batch * inChannels, 1, ...x.shape.slice(2)]);
  return reshape(pool(planes), [batch, inChannels, ...output]);
}
