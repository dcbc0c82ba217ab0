import { quantizeWeights } from '../affine.js';
import type { Rule } from '../rule.js';

/** Convolution with constant weights, a scale for each output channel. */
export const conv: Rule = {
  operator: 'Conv',
  when: 'always',
  output: 'own',
  fits: ({ inputs: [, weight, bias] }, index) =>
    index.floats(weight) !== undefined && (!bias || index.floats(bias) !== undefined),
  inputs: ({ inputs }) => [inputs[0]!],
  emit({ inputs: [x, weight, bias], attributes }, output, graph) {
    const input = graph.quantized(x!);
    const { shape, data } = graph.index.floats(weight)!;
    const channels = shape[0]!;
    const inputScale = input.affine.scale;
    const quantized = quantizeWeights(data, graph.index.floats(bias)?.data, {
      channels,
      inputScale,
      bits: graph.weightBits,
    });
    const { triple, q } = graph.declare(output);
    const weights = [
      graph.constant(`${output}/int8-weight`, quantized.weights, shape, 'int8'),
      graph.constant(`${output}/int8-scale`, quantized.scales, [channels], 'float32'),
      graph.constant(`${output}/int8-zero`, new Int8Array(channels), [channels], 'int8'),
    ];
    const sums = graph.constant(`${output}/int32-bias`, quantized.bias, [channels], 'int32');
    graph.append('QLinearConv', [...input.triple, ...weights, triple[1], triple[2], sums], q, { attributes });
  },
};
