import type { Shape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';

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
}
