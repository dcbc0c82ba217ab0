import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { RowMemory } from '../host/row-kernels.js';

/** What an update rule is given for one parameter. */
export interface UpdateInputs {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** The rule's state of this parameter, by slot name; zeros before the first step. */
  readonly slots: Readonly<Record<string, Tensor>>;
  /** `lr` and those of `scalars`, as scalar tensors. */
  readonly scalars: Readonly<Record<string, Tensor>>;
  /** Weight decay in place of the rule's own. */
  readonly weightDecay?: number;
}

/** What an update rule is given for a stretch of one parameter that lies in the memory of the host's kernels. */
export interface HostUpdateInputs {
  readonly memory: RowMemory;
  readonly length: number;
  /** Byte addresses of the numbers. The gradient may be written over. */
  readonly parameter: number;
  readonly gradient: number;
  readonly slots: Readonly<Record<string, number>>;
  readonly scalars: Readonly<Record<string, number>>;
  /** Of the whole parameter. */
  readonly shape: Shape;
  /** Weight decay in place of the rule's own. */
  readonly weightDecay?: number;
}

export interface UpdateOutputs {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** An update rule, emitted as nodes into the training graph. */
export interface Optimizer {
  readonly name: string;
  /** Arrays kept per parameter. */
  readonly slots: readonly string[];
  /** The shape of these arrays for a parameter of a shape. Default: the same. */
  slotShape?(parameter: Shape): Shape;
  /** Scalars that change from step to step, computed in double precision; `step` counts from 1. */
  scalars(step: number): Readonly<Record<string, number>>;
  /** Emits the nodes of one step for one parameter: its next value, and its slots'. */
  update(inputs: UpdateInputs): UpdateOutputs;
  /** The same in place on the host, for rules that treat every number alike: nothing is copied but the gradient. */
  updateOnHost?(inputs: HostUpdateInputs): void;
}
