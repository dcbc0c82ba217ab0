import type { Rule } from '../rule.js';

/** The mean over height and width of [N, C, H, W]. */
export const globalAverage: Rule = {
  operator: 'ReduceMean',
  when: 'within',
  output: 'own',
  inputs: ({ inputs }) => [inputs[0]!],
  fits: ({ inputs: [, axes] }, index) => index.integers(axes)?.join() === '2,3',
  emit({ inputs: [x], attributes: { keepdims } }, output, graph) {
    const input = graph.quantized(x!);
    const { q, triple } = graph.declare(output);
    const pooled = keepdims === 0 ? `${output}/pooled` : q;
    graph.append('QLinearGlobalAveragePool', [...input.triple, triple[1], triple[2]], pooled, {
      domain: 'com.microsoft',
    });
    if (keepdims !== 0) return;
    const shape = graph.constant('average/shape', BigInt64Array.of(0n, -1n), [2], 'int64');
    graph.append('Reshape', [pooled, shape], q);
  },
};
