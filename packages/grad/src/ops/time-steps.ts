import { node } from '../graph/node.js';
import type { Tensor } from '../graph/tensor.js';
import { concat } from './concat.js';
import { reshape } from './reshape.js';
import { split } from './split.js';

export interface RecurrenceOptions {
  /** Run from the last step to the first. */
  readonly reverse?: boolean;
}

/** The places in time in the order in which a recurrence visits them. */
export function timeOrder(time: number, { reverse = false }: RecurrenceOptions): number[] {
  const order = Array.from({ length: time }, (_, t) => t);
  return reverse ? order.reverse() : order;
}

/** The steps of x [N, T, D], each [N, D], in the order given. */
export function stepsOf(x: Tensor, order: readonly number[]): Tensor[] {
  const [batch, time, size] = x.shape as [number, number, number];
  const steps = split(reshape(x, [batch, time * size]), time, 1);
  return order.map((t) => steps[t]!);
}

/** Steps in the order in which they were visited → steps by time. */
export function inTime(steps: readonly Tensor[], order: readonly number[]): Tensor[] {
  return order.map((_, t) => steps[order.indexOf(t)]!);
}

/** Steps [N, D] side by side, [N, T, D]. */
export function stepsTogether(steps: readonly Tensor[]): Tensor {
  const [batch, size] = steps[0]!.shape as [number, number];
  return reshape(concat(steps as [Tensor, ...Tensor[]], 1), [batch, steps.length, size]);
}

/** Σ over all steps of gradientᵀ · state, for the weight that every step multiplied its state with: one product. */
export function weightGradient(gradients: readonly Tensor[], states: readonly Tensor[], weight: Tensor): Tensor {
  const rows = (steps: readonly Tensor[]) => {
    const [batch, size] = steps[0]!.shape as [number, number];
    return reshape(stepsTogether(steps), [batch * steps.length, size]);
  };
  return node('Gemm', [rows(gradients), rows(states)], weight.shape, { attributes: { transA: 1 } });
}
