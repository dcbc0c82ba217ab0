import { GradError } from '../errors.js';
import { grad } from '../gradient.js';
import { Graph } from '../graph/graph.js';
import type { Model } from '../graph/model.js';
import { toModel } from '../graph/model.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { type ParameterGroup, requireGroups, settingsOf } from '../nn/parameter-groups.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { beforeReshape } from '../ops/reshape.js';
import { sub } from '../ops/sub.js';
import { clipByGlobalNorm, globalNorm } from '../optim/clip.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { BuiltModel } from './build.js';

export interface StepOptions {
  readonly optimizer: Optimizer;
  /** Largest global norm of the gradients of the parameters. Default: no limit. */
  readonly clipNorm?: number;
  /** Inputs whose gradient a step returns. */
  readonly inputGradients?: readonly string[];
  /** Parameters that learn at another rate, decay otherwise or are frozen. Default: all alike. */
  readonly groups?: readonly ParameterGroup[];
  /**
   * In how many equal parts, one after the other, a batch is computed: with the gradient of the whole, but the memory of
   * a part, where the loss is a mean over all examples. The parts weigh alike: a mean over the labels that count, or
   * one weighted by classes, is taken in each part for itself, so that the labels of a part with few of them weigh more
   * than they would in the whole. Batch norm sees each part for itself, too. Outputs whose first axis is not the batch
   * are averaged over the parts. Default 1.
   */
  readonly accumulate?: number;
  /** Keep an exponential moving average of the parameters with this decay, used in inference. Default: none. */
  readonly averageDecay?: number;
}

/** A training step as a model: feeds, state and scalars in; loss, outputs and the next state out. */
export interface StepGraph {
  readonly model: Model;
  /** There when gradients are accumulated: `model` then adds to their sums, from which this makes the next state. */
  readonly update?: Model;
  /** Whether `model` hands out the gradients, clipped, for an update on the host. */
  readonly onHost: boolean;
  /** Parameters that are trained and reached by the loss. */
  readonly trained: readonly string[];
  /** Arrays kept per trained parameter: the optimizer's, and the average when asked for. */
  readonly slots: readonly string[];
}

/** WebAssembly addresses 4 GB. */
const HOST_BYTES = 3.9e9;

/** The slot that holds the moving average of a parameter. */
export const AVERAGE = 'average';

/** The slot that holds the sum of the gradients of the parts of a batch. */
export const SUM = 'sum';

/** The slot that holds the gradient of a parameter for an update on the host. */
export const GRADIENT = 'gradient';

/** The output that holds the global norm of the gradients before clipping. */
export const GRADIENT_NORM = 'gradientNorm';

/** Names in a step's model; a slash keeps them apart from parameters, whose names are joined by dots. */
export const slotName = (parameter: string, slot: string) => `${parameter}/${slot}`;
export const scalarName = (scalar: string) => `scalar/${scalar}`;
export const nextName = (state: string) => `next/${state}`;
export const outputName = (output: string) => `output/${output}`;
export const gradientName = (input: string) => `gradient/${input}`;

/** Emits gradient, clipping and update of a built model and returns the whole step as one model. */
export function buildStepGraph(built: BuiltModel, parameters: readonly string[], options: StepOptions): StepGraph {
  const { graph, scope, loss } = built;
  const { groups = [] } = options;
  requireGroups(groups, parameters);
  const candidates = parameters.filter((name) => scope.tensors.has(name) && !settingsOf(name, groups).frozen);
  const wanted = (options.inputGradients ?? []).map((name) => ({ name, tensor: floatInput(built, name) }));
  const gradients = grad(loss, [
    ...candidates.map((name) => scope.tensors.get(name)!),
    ...wanted.map(({ tensor }) => tensor),
  ]);

  const reached = candidates.flatMap((name, i) =>
    gradients[i] ? [{ name, parameter: scope.tensors.get(name)!, gradient: gradients[i] }] : [],
  );
  const outputs: Record<string, Tensor> = { loss };
  for (const [name, tensor] of Object.entries(built.outputs)) outputs[outputName(name)] = tensor;
  wanted.forEach(({ name }, i) => {
    const gradient = gradients[candidates.length + i];
    if (!gradient) throw new GradError('graph', `The loss does not depend on the input '${name}'; it has no gradient.`);
    outputs[gradientName(name)] = gradient;
  });
  const { accumulate: parts = 1 } = options;
  const onHost = parts === 1 && updatesOnHost(reached, options);
  if (onHost) Object.assign(outputs, emitGradients(reached, options));
  else Object.assign(outputs, parts === 1 ? emitUpdates(graph, reached, options) : emitSums(reached));
  for (const [name, tensor] of scope.bufferUpdates) outputs[nextName(name)] = tensor;

  const averaged = options.averageDecay === undefined ? [] : [AVERAGE];
  return {
    model: toModel(graph, outputs),
    ...(parts === 1 ? {} : { update: updateModel(reached, parts, options) }),
    onHost,
    trained: reached.map(({ name }) => name),
    slots: [...options.optimizer.slots, ...averaged],
  };
}

interface Reached {
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
}

/** Whether the rule can work on the host and its numbers fit into the memory there. */
function updatesOnHost(reached: readonly Reached[], { optimizer, averageDecay }: StepOptions): boolean {
  const numbers = reached.reduce((total, { parameter }) => total + sizeOf(parameter.shape), 0);
  const arrays = 2 + optimizer.slots.length + (averageDecay === undefined ? 0 : 1);
  return optimizer.updateOnHost !== undefined && 4 * numbers * arrays < HOST_BYTES;
}

function emitGradients(reached: readonly Reached[], { clipNorm }: StepOptions): Record<string, Tensor> {
  const { clipped, norm } = clip(reached, clipNorm);
  return {
    ...(norm ? { [GRADIENT_NORM]: norm } : {}),
    ...Object.fromEntries(
      reached.map(({ name }, i) => [nextName(slotName(name, GRADIENT)), beforeReshape(clipped[i]!)]),
    ),
  };
}

/** Adds each gradient to the sum of those before it. */
function emitSums(reached: readonly Reached[]): Record<string, Tensor> {
  return Object.fromEntries(
    reached.map(({ name, gradient }) => {
      const sum = slotName(name, SUM);
      return [nextName(sum), add(gradient.graph.input(sum, gradient.shape), gradient)];
    }),
  );
}

/** The update from the mean of the gradients of `parts`, as a model of its own. */
function updateModel(reached: readonly Reached[], parts: number, options: StepOptions): Model {
  const graph = new Graph();
  const means = reached.map(({ name, parameter: { shape } }) => ({
    name,
    parameter: graph.input(name, shape),
    gradient: mul(graph.input(slotName(name, SUM), shape), 1 / parts),
  }));
  return toModel(graph, emitUpdates(graph, means, options));
}

function emitUpdates(graph: Graph, reached: readonly Reached[], options: StepOptions): Record<string, Tensor> {
  const { optimizer, averageDecay, clipNorm, groups = [] } = options;
  const slotShape = (shape: Shape) => optimizer.slotShape?.(shape) ?? shape;
  const scalars = Object.fromEntries(scalarNames(options).map((name) => [name, graph.input(scalarName(name), [])]));
  const rates = new Map([[1, scalars.lr!]]);
  const { clipped, norm } = clip(reached, clipNorm);
  const next: Record<string, Tensor> = norm ? { [GRADIENT_NORM]: norm } : {};
  reached.forEach(({ name, parameter }, i) => {
    const slots = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, graph.input(slotName(name, slot), slotShape(parameter.shape))]),
    );
    const { lrScale = 1, weightDecay } = settingsOf(name, groups);
    const lr = rates.get(lrScale) ?? mul(scalars.lr!, lrScale);
    rates.set(lrScale, lr);
    const inputs = { parameter, gradient: clipped[i]!, slots, scalars: { ...scalars, lr } };
    const updated = optimizer.update(weightDecay === undefined ? inputs : { ...inputs, weightDecay });
    next[nextName(name)] = updated.parameter;
    for (const slot of optimizer.slots) next[nextName(slotName(name, slot))] = updated.slots[slot]!;
    if (averageDecay !== undefined) {
      const average = graph.input(slotName(name, AVERAGE), parameter.shape);
      const distance = sub(updated.parameter, average);
      next[nextName(slotName(name, AVERAGE))] = add(average, mul(distance, scalars[AVERAGE]!));
    }
  });
  return next;
}

/** The scalars a step is fed, by name. */
function scalarNames({ optimizer, averageDecay }: StepOptions): string[] {
  return ['lr', ...Object.keys(optimizer.scalars(1)), ...(averageDecay === undefined ? [] : [AVERAGE])];
}

function clip(reached: readonly Reached[], limit: number | undefined): { clipped: Tensor[]; norm?: Tensor } {
  const [first, ...rest] = reached.map(({ gradient }) => gradient);
  if (!first) return { clipped: [] };
  if (limit === undefined) return { clipped: [first, ...rest] };
  const norm = globalNorm([first, ...rest]);
  return { clipped: clipByGlobalNorm([first, ...rest], norm, limit), norm };
}

function floatInput({ inputs }: BuiltModel, name: string): Tensor {
  const tensor = inputs.get(name)?.tensor;
  if (tensor?.dtype !== 'float32') throw new GradError('graph', `'${name}' is not a float32 input of the model.`);
  return tensor;
}
