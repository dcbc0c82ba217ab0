import type { GraphNode, Initializer, Model } from '../graph/model.js';

const DEFAULT_EPSILON = 1e-5;

/**
 * Merges each inference batch normalization into the convolution before it:
 * scale · (W ∗ x + b − mean) / √(variance + ε) + bias is again a convolution, with W' = W · scale / √(variance + ε).
 * Left alone are those whose convolution has other readers or whose numbers are not constants.
 */
export function foldBatchNorm(model: Model): Model {
  const constants = new Map(model.initializers.map((initializer) => [initializer.name, initializer]));
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const uses = countUses(model);
  const replaced = new Map<GraphNode, GraphNode | undefined>();
  const added: Initializer[] = [];

  for (const norm of model.nodes) {
    const conv = producers.get(norm.inputs[0] ?? '');
    if (!isInferenceNorm(norm) || conv?.operator !== 'Conv' || uses.get(conv.outputs[0]!) !== 1) continue;
    const folded = fold(conv, norm, constants);
    if (!folded) continue;
    added.push(...folded.initializers);
    replaced.set(conv, undefined);
    replaced.set(norm, folded.conv);
  }
  const nodes = model.nodes.flatMap((node) => {
    const replacement = replaced.has(node) ? replaced.get(node) : node;
    return replacement ? [replacement] : [];
  });
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...model, nodes, initializers: [...model.initializers, ...added].filter(({ name }) => read.has(name)) };
}

function isInferenceNorm({ operator, attributes, outputs }: GraphNode): boolean {
  return operator === 'BatchNormalization' && !attributes.training_mode && outputs.length === 1;
}

function countUses({ nodes, outputs }: Model): Map<string, number> {
  const uses = new Map<string, number>(outputs.map(({ name }) => [name, 1]));
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/** The convolution that does both, under the normalization's output name; undefined when a number is not constant. */
function fold(
  conv: GraphNode,
  norm: GraphNode,
  constants: ReadonlyMap<string, Initializer>,
): { conv: GraphNode; initializers: Initializer[] } | undefined {
  const [weight, scale, bias, mean, variance] = [conv.inputs[1], ...norm.inputs.slice(1)].map((name) =>
    floats(constants, name),
  );
  const shape = constants.get(conv.inputs[1] ?? '')?.shape;
  const before = conv.inputs[2] ? floats(constants, conv.inputs[2]) : new Float32Array(scale?.length ?? 0);
  if (!weight || !shape || !scale || !bias || !mean || !variance || !before) return undefined;

  const epsilon = epsilonOf(norm);
  const factors = Float64Array.from(scale, (value, k) => value / Math.sqrt(variance[k]! + epsilon));
  const perOutput = weight.length / scale.length;
  const foldedWeight = weight.map((value, i) => value * factors[Math.floor(i / perOutput)]!);
  const foldedBias = bias.map((value, k) => value + (before[k]! - mean[k]!) * factors[k]!);
  const [output] = norm.outputs;
  const names = [`${output}/weight`, `${output}/bias`] as const;
  return {
    conv: { ...conv, inputs: [conv.inputs[0]!, ...names], outputs: norm.outputs },
    initializers: [
      { name: names[0], shape, dtype: 'float32', data: foldedWeight },
      { name: names[1], shape: [foldedBias.length], dtype: 'float32', data: foldedBias },
    ],
  };
}

function floats(constants: ReadonlyMap<string, Initializer>, name = ''): Float32Array | undefined {
  const data = constants.get(name)?.data;
  return data instanceof Float32Array ? data : undefined;
}

function epsilonOf({ attributes: { epsilon } }: GraphNode): number {
  return typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : DEFAULT_EPSILON;
}
