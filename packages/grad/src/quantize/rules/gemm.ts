import type { GraphNode } from '../../graph/model.js';
import { quantizeWeights } from '../affine.js';
import type { ModelIndex } from '../model-index.js';
import type { QuantizedGraph } from '../quantized-graph.js';
import type { Rule } from '../rule.js';

/** x · Wᵀ + b with constant W: products in eight bits, the result in float32, as logits want it. */
export const gemm: Rule = {
  operator: 'Gemm',
  when: 'always',
  output: 'float',
  fits: ({ inputs: [, weight, bias], attributes: { transA, alpha, beta } }, index) =>
    isMatrix(index, weight) && (!bias || index.floats(bias)?.shape.length === 1) && !transA && !alpha && !beta,
  inputs: ({ inputs }) => [inputs[0]!],
  emit: (node, output, graph) => product(node, output, graph, node.attributes.transB === 1),
};

/** x · W with a constant matrix W. */
export const matmul: Rule = {
  operator: 'MatMul',
  when: 'always',
  output: 'float',
  fits: ({ inputs: [, weight] }, index) => isMatrix(index, weight),
  inputs: ({ inputs }) => [inputs[0]!],
  emit: (node, output, graph) => product(node, output, graph, false),
};

function isMatrix(index: ModelIndex, name: string | undefined): boolean {
  return index.floats(name)?.shape.length === 2;
}

function product({ inputs }: GraphNode, output: string, graph: QuantizedGraph, transposed: boolean): void {
  const [x, weight, bias] = inputs;
  const input = graph.quantized(x!);
  const { shape, data } = graph.index.floats(weight)!;
  const [channels, features] = transposed ? [shape[0]!, shape[1]!] : [shape[1]!, shape[0]!];
  const rows = transposed ? data : transpose(data, features);
  const { weights, scales } = quantizeWeights(rows, undefined, {
    channels,
    inputScale: input.affine.scale,
    bits: graph.weightBits,
  });
  const names = {
    weight: graph.constant(`${output}/int8-weight`, transpose(weights, channels), [features, channels], 'int8'),
    scale: graph.constant(`${output}/int8-scale`, scales, [channels], 'float32'),
    zero: graph.constant(`${output}/int8-zero`, new Int8Array(channels), [channels], 'int8'),
  };
  const [q, scale, zero] = input.triple;
  const operands = [q, names.weight, scale, names.scale, zero, names.zero];
  graph.append('MatMulIntegerToFloat', bias ? [...operands, graph.float(bias)] : operands, output, {
    domain: 'com.microsoft',
  });
  graph.declareFloat(output);
}

/** A matrix of `rows` rows, as columns. */
function transpose<T extends Float32Array | Int8Array>(matrix: T, rows: number): T {
  const columns = matrix.length / rows;
  const result = matrix.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!;
  }
  return result;
}
