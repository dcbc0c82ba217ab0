import type { Rule } from '../rule.js';

/** Operators that only pick or move values do so with eight bits as well, and keep the scale. */
function moving(operator: string, fits?: Rule['fits']): Rule {
  return {
    operator,
    when: 'within',
    output: 'same',
    inputs: ({ inputs }) => [inputs[0]!],
    ...(fits ? { fits } : {}),
    emit({ inputs: [x, ...others], attributes }, output, graph) {
      const input = graph.quantized(x!);
      const { q } = graph.declare(output, input);
      graph.append(operator, [input.q, ...others.map((name) => (name ? graph.float(name) : ''))], q, { attributes });
    },
  };
}

export const maxPool = moving('MaxPool');
export const reshape = moving('Reshape');
export const transpose = moving('Transpose');
export const resize = moving('Resize', ({ attributes: { mode } }) => mode === 'nearest');

/** Joined values are brought to one scale. */
export const concat: Rule = {
  operator: 'Concat',
  when: 'within',
  output: 'own',
  fits: (node, index) => index.readsNoConstant(node),
  emit({ inputs, attributes }, output, graph) {
    const operands = inputs.flatMap((name) => graph.quantized(name).triple);
    const { q, triple } = graph.declare(output);
    graph.append('QLinearConcat', [triple[1], triple[2], ...operands], q, { attributes, domain: 'com.microsoft' });
  },
};
