import { GradError } from '../errors.js';
import type { DType } from '../graph/dtype.js';
import { Graph } from '../graph/graph.js';
import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { ParameterGroup } from '../nn/parameter-groups.js';
import { Scope } from '../nn/scope.js';
import type { ModelState } from '../nn/state.js';

export interface InputOptions {
  /** Whether the batch is a first axis before `shape`. Default true. */
  readonly batched?: boolean;
}

export interface BuildContext {
  /** Where parameters and buffers go. */
  readonly scope: Scope;
  /** Declares a fed value by its shape per example: the result is [batch, ...shape]. */
  input(name: string, shape: Shape, dtype?: DType, options?: InputOptions): Tensor;
  /** True for the graph of a training step, false for that of inference. */
  readonly training: boolean;
}

export interface BuildResult {
  /** What training minimises, a scalar. */
  readonly loss: Tensor;
  /** Values to hand back from steps and evaluations, and the outputs of an exported model. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
}

/** Describes a model and its loss. Called once per form (training, inference) and batch size. */
export type Build = (context: BuildContext) => BuildResult;

export interface BuiltModel {
  readonly graph: Graph;
  readonly scope: Scope;
  readonly loss: Tensor;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The declared inputs by name, and which of them carry the batch. */
  readonly inputs: ReadonlyMap<string, { readonly tensor: Tensor; readonly batched: boolean }>;
}

export interface BuildOptions {
  readonly state: ModelState;
  readonly seed: number;
  readonly batch: number;
  readonly training: boolean;
  /** How parameters are trained. Default: all alike. */
  readonly groups?: readonly ParameterGroup[];
  /** Build for a model that takes any batch; see `Graph.dynamicBatch`. Default false. */
  readonly dynamicBatch?: boolean;
  /** Use the runtime's own layout for convolutions; see `Graph.channelBlock`. Default: no. */
  readonly channelBlock?: number | undefined;
  /** Keep to what graphics processors compute too; see `Graph.portable`. */
  readonly portable?: boolean | undefined;
}

/**
 * Runs `build` on a new graph for one batch size. Throws `graph` when it returns no loss, and `dtype` when a result is
 * not float32.
 */
export function buildModel(build: Build, options: BuildOptions): BuiltModel {
  const { state, seed, batch, training, groups = [], dynamicBatch = false, channelBlock, portable } = options;
  const graph = new Graph({ dynamicBatch, channelBlock, portable });
  const scope = Scope.root(graph, state, { seed, training, groups });
  const inputs = new Map<string, { tensor: Tensor; batched: boolean }>();
  const built: Partial<BuildResult> | undefined = build({
    scope,
    training,
    input(name, shape, dtype = 'float32', { batched = true } = {}) {
      const tensor = graph.input(name, batched ? [batch, ...shape] : shape, dtype);
      inputs.set(name, { tensor, batched });
      return tensor;
    },
  });
  const { loss, outputs = {} } = built ?? {};
  if (!loss)
    throw new GradError('graph', 'build returned no loss; return { loss }, a scalar to minimise, not a promise.');
  for (const [name, { dtype }] of Object.entries({ loss, ...outputs })) {
    if (dtype !== 'float32') throw new GradError('dtype', `The output '${name}' is ${dtype}; outputs must be float32.`);
  }
  return { graph, scope, loss, outputs, inputs };
}
