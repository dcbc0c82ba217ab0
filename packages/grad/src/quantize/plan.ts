import type { GraphNode } from '../graph/model.js';
import type { ModelIndex } from './model-index.js';
import type { Rule } from './rule.js';
import { globalAverage } from './rules/average.js';
import { conv } from './rules/conv.js';
import { add, mul, silu } from './rules/elementwise.js';
import { gemm, matmul } from './rules/gemm.js';
import { concat, maxPool, reshape, resize, transpose } from './rules/layout.js';

const RULES = new Map(
  [conv, gemm, matmul, add, mul, silu, globalAverage, maxPool, reshape, transpose, resize, concat].map((rule) => [
    rule.operator,
    rule,
  ]),
);

/** What becomes of one node: computed by a rule into `output`, or kept as it is. */
export interface Step {
  readonly node: GraphNode;
  readonly rule?: Rule;
  /** The value it computes: that of the activation after it, where the rule does both at once. */
  readonly output: string;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** The values whose range is needed. */
  readonly measured: ReadonlySet<string>;
}

/** Decides, from inputs to outputs, what is computed in eight bits; what reads one of the weights kept is not. */
export function makePlan(index: ModelIndex, keep: ReadonlySet<string>): Plan {
  const steps: Step[] = [];
  const measured = new Set<string>();
  const inEightBits = new Set<string>();
  const merged = new Set<GraphNode>();
  for (const node of index.model.nodes) {
    if (merged.has(node)) continue;
    const rule = node.inputs.some((name) => keep.has(name)) ? undefined : RULES.get(node.operator);
    const inputs = rule?.inputs?.(node) ?? node.inputs.filter((name) => name && !index.isConstant(name));
    const ready = rule?.when === 'always' || inputs.some((name) => inEightBits.has(name));
    if (!rule || !ready || !(rule.fits?.(node, index) ?? true)) {
      steps.push({ node, output: node.outputs[0]! });
      continue;
    }
    const activation = rule.output === 'own' ? saturating(index.soleReader(node.outputs[0]!), index) : undefined;
    if (activation) merged.add(activation);
    const output = (activation ?? node).outputs[0]!;
    for (const name of inputs) {
      if (!inEightBits.has(name)) measured.add(name);
      inEightBits.add(name);
    }
    if (rule.output === 'own') measured.add(output);
    if (rule.output !== 'float') inEightBits.add(output);
    steps.push({ node, rule, output });
  }
  return { steps, measured };
}

/** ReLU and its like cost nothing: eight bits that span the values after it cannot hold those it cuts off. */
function saturating(node: GraphNode | undefined, index: ModelIndex): GraphNode | undefined {
  if (node?.operator === 'Relu') return node;
  return node?.operator === 'Clip' && index.floats(node.inputs[1])?.data[0] === 0 ? node : undefined;
}
