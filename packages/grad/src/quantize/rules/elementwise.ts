import type { Rule } from '../rule.js';

/** Sums and products of two values: both are brought to a common scale on the way. */
function binary(operator: 'Add' | 'Mul'): Rule {
  return {
    operator,
    when: 'within',
    output: 'own',
    fits: (node, index) => index.readsNoConstant(node),
    emit({ inputs: [a, b] }, output, graph) {
      const operands = [...graph.quantized(a!).triple, ...graph.quantized(b!).triple];
      const { q, triple } = graph.declare(output);
      graph.append(`QLinear${operator}`, [...operands, triple[1], triple[2]], q, { domain: 'com.microsoft' });
    },
  };
}

export const add = binary('Add');
export const mul = binary('Mul');

/** A sigmoid's values are spread over its own range, 0 … 1: nothing to measure. */
const SIGMOID = { scale: 1 / 256, zeroPoint: 0 };

/** x · sigmoid(x), as a table of the 256 sigmoids and a product. */
export const silu: Rule = {
  operator: 'QuickGelu',
  when: 'within',
  output: 'own',
  fits: ({ attributes: { alpha } }) => typeof alpha === 'object' && 'float' in alpha && alpha.float === 1,
  emit({ inputs: [x] }, output, graph) {
    const input = graph.quantized(x!);
    const scale = graph.constant('sigmoid/scale', Float32Array.of(SIGMOID.scale), [], 'float32');
    const zero = graph.constant('sigmoid/zero', Uint8Array.of(SIGMOID.zeroPoint), [], 'uint8');
    const domain = 'com.microsoft';
    const gate = `${output}/sigmoid`;
    graph.append('QLinearSigmoid', [...input.triple, scale, zero], gate, { domain });
    const { q, triple } = graph.declare(output);
    graph.append('QLinearMul', [...input.triple, gate, scale, zero, triple[1], triple[2]], q, { domain });
  },
};
