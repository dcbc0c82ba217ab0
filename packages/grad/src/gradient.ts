import { GradError } from './errors.js';
import type { Graph } from './graph/graph.js';
import { formatShape, sameShape } from './graph/shape.js';
import type { Tensor } from './graph/tensor.js';
import { add } from './ops/add.js';

/**
 * Reverse-mode differentiation: emits nodes for the gradient of the scalar `loss` with respect to each of `targets`
 * into the same graph. The gradient of a target the loss does not depend on is `undefined`.
 * Throws `shape` when `loss` is not a float32 scalar or an op's backward yields a wrong shape, and `graph` when the way
 * from a target to the loss leads through a node without a derivative: see `stopGradient`.
 */
export function grad(loss: Tensor, targets: readonly Tensor[]): (Tensor | undefined)[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32') {
    throw new GradError(
      'shape',
      `Only a float32 scalar can be differentiated, not ${loss.dtype} ${formatShape(loss.shape)}.`,
    );
  }
  const { graph } = loss;
  const entries = graph.tape.slice();
  // An output recorded twice belongs to the op recorded last, the outermost one.
  const owner = new Map<string, number>();
  entries.forEach((entry, index) => {
    for (const output of entry.outputs) owner.set(output.name, index);
  });
  const influenced = influencedBy(graph, targets);
  const differentiated = new Set([...owner.keys(), ...targets.map(({ name }) => name)]);
  if (influenced.has(loss.name) && !differentiated.has(loss.name)) throw withoutDerivative(loss);

  const gradients = new Map<string, Tensor>([[loss.name, graph.constant(1)]]);
  for (let index = entries.length - 1; index >= 0; index--) {
    const { inputs, outputs, backward } = entries[index]!;
    const upstream = outputs.map((output) =>
      owner.get(output.name) === index ? gradients.get(output.name) : undefined,
    );
    if (upstream.every((gradient) => gradient === undefined)) continue;
    if (!inputs.some((input) => influenced.has(input.name))) continue;
    const contributions = backward(upstream);
    inputs.forEach((input, position) => {
      const contribution = contributions[position];
      if (!contribution || !influenced.has(input.name)) return;
      if (!differentiated.has(input.name)) throw withoutDerivative(input);
      if (!sameShape(contribution.shape, input.shape)) {
        throw new GradError(
          'shape',
          `The gradient of '${input.name}' has shape ${formatShape(contribution.shape)}, not ${formatShape(input.shape)}.`,
        );
      }
      const sum = gradients.get(input.name);
      gradients.set(input.name, sum ? add(sum, contribution) : contribution);
    });
  }
  return targets.map((target) => gradients.get(target.name));
}

/**
 * The names of all values computed from any of `sources`, by whatever nodes, or by ops: those may read a tensor in another
 * layout, from which it was made itself.
 */
function influencedBy(graph: Graph, sources: readonly Tensor[]): Set<string> {
  const names = new Set(sources.map(({ name }) => name));
  const namesOf = (tensors: readonly Tensor[]) => tensors.map(({ name }) => name);
  const ops = graph.tape.map(({ inputs, outputs }) => ({ inputs: namesOf(inputs), outputs: namesOf(outputs) }));
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const { inputs, outputs } of [...ops, ...graph.nodes]) {
      if (inputs.some((name) => names.has(name))) for (const name of outputs) names.add(name);
    }
  }
  return names;
}

function withoutDerivative({ graph, name }: Tensor): GradError {
  const operator = graph.nodes.find(({ outputs }) => outputs.includes(name))?.operator ?? name;
  return new GradError(
    'graph',
    `The loss depends on a parameter through ${operator}, which has no derivative here. Use a differentiable op, or stopGradient on its result.`,
  );
}
