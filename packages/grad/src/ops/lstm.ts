import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { concat } from './concat.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sigmoid } from './sigmoid.js';
import { split } from './split.js';
import { sub } from './sub.js';
import { tanh } from './tanh.js';
import { zerosLike } from './zeros-like.js';

export interface RecurrenceOptions {
  /** [N, T], 1 inside a sequence and 0 beyond its end, where the state is carried on unchanged. */
  readonly mask?: Tensor;
  /** Run from the last step to the first. */
  readonly reverse?: boolean;
}

/** What one step leaves behind for the backward pass. */
interface Step {
  readonly input: Tensor;
  readonly forget: Tensor;
  readonly candidate: Tensor;
  readonly output: Tensor;
  /** tanh of the new cell, before masking. */
  readonly squashed: Tensor;
  /** output · squashed, before masking. */
  readonly proposed: Tensor;
  readonly cell: Tensor;
  readonly hidden: Tensor;
  readonly mask: Tensor | undefined;
  readonly previous: Step | undefined;
}

/**
 * The recurrent part of an LSTM (Hochreiter & Schmidhuber 1997; gates in PyTorch's order input, forget, candidate,
 * output), unrolled from a zero state: projected inputs [N, T, 4H] and weight [4H, H] → hidden states [N, T, H].
 * The backward pass is unrolled too, with one product over all steps for the gradient of the weight.
 */
export function lstmRecurrence(projected: Tensor, weight: Tensor, options: RecurrenceOptions = {}): Tensor {
  const [batch, time, width] = projected.shape;
  const size = weight.shape[1];
  if (batch === undefined || !time || width === undefined || !size || width !== 4 * size || weight.shape[0] !== width) {
    throw new GradError(
      'shape',
      `lstm: projected ${formatShape(projected.shape)} does not fit weight ${formatShape(weight.shape)}.`,
    );
  }
  const inputs = split(reshape(projected, [batch, time * width]), time, 1);
  const masks = options.mask && split(options.mask, time, 1);
  const order = [...inputs.keys()];
  if (options.reverse) order.reverse();

  const steps: Step[] = [];
  for (const t of order) steps.push(forward(inputs[t]!, weight, masks?.[t], steps.at(-1)));
  const inTime = <T>(perStep: readonly T[]) => order.map((_, t) => perStep[order.indexOf(t)]!);
  const join = (parts: readonly Tensor[], features: number) => {
    const [first, ...rest] = inTime(parts);
    return reshape(concat([first!, ...rest], 1), [batch, time, features]);
  };

  const hidden = join(
    steps.map((step) => step.hidden),
    size,
  );
  return differentiable(hidden, [projected, weight], (dy) => {
    const upstream = split(reshape(dy, [batch, time * size]), time, 1);
    const gates = backward(
      steps,
      order.map((t) => upstream[t]!),
      weight,
    );
    const before = steps.map((step) => step.previous?.hidden ?? zerosLike(step.hidden));
    const dGates = join(gates, width);
    const rows = [reshape(dGates, [batch * time, width]), reshape(join(before, size), [batch * time, size])] as const;
    return [dGates, node('Gemm', rows, weight.shape, { attributes: { transA: 1 } })];
  });
}

function forward(input: Tensor, weight: Tensor, mask: Tensor | undefined, previous: Step | undefined): Step {
  const gates = previous
    ? node('Gemm', [previous.hidden, weight, input], input.shape, { attributes: { transB: 1 } })
    : input;
  const [i, f, g, o] = split(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const gate = { input: sigmoid(i), forget: sigmoid(f), candidate: tanh(g), output: sigmoid(o) };
  const written = mul(gate.input, gate.candidate);
  const next = previous ? add(mul(gate.forget, previous.cell), written) : written;
  const squashed = tanh(next);
  const proposed = mul(gate.output, squashed);
  return {
    ...gate,
    squashed,
    proposed,
    cell: mask ? blend(previous?.cell, next, mask) : next,
    hidden: mask ? blend(previous?.hidden, proposed, mask) : proposed,
    mask,
    previous,
  };
}

/** `next` where the mask is 1, `before` (zero at the start) where it is 0. */
function blend(before: Tensor | undefined, next: Tensor, mask: Tensor): Tensor {
  return before ? add(before, mul(sub(next, before), mask)) : mul(next, mask);
}

/** Gradients of the gates before their activation, per step in the order of the steps, from those of the hidden states. */
function backward(steps: readonly Step[], upstream: readonly Tensor[], weight: Tensor): Tensor[] {
  const gates: Tensor[] = [];
  let dHidden: Tensor | undefined;
  let dCell: Tensor | undefined;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at]!;
    const arriving = dHidden ? add(upstream[at]!, dHidden) : upstream[at]!;
    const dProposed = step.mask ? mul(arriving, step.mask) : arriving;
    const dOutput = mul(dProposed, step.squashed);
    // dProposed · output · (1 − squashed²), with squashed · output = proposed.
    const throughSquash = sub(mul(dProposed, step.output), mul(dOutput, step.proposed));
    const carried = dCell && step.mask ? mul(dCell, step.mask) : dCell;
    const dNext: Tensor = carried ? add(carried, throughSquash) : throughSquash;
    const dForget = step.previous && mul(dNext, step.previous.cell);
    const dGates: Tensor = concat(
      [
        throughSigmoid(mul(dNext, step.candidate), step.input),
        dForget ? throughSigmoid(dForget, step.forget) : zerosLike(step.forget),
        throughTanh(mul(dNext, step.input), step.candidate),
        throughSigmoid(dOutput, step.output),
      ],
      1,
    );
    gates.unshift(dGates);
    if (!step.previous) break;
    const skipped = (arrived: Tensor | undefined, used: Tensor | undefined) =>
      step.mask && arrived && used ? sub(arrived, used) : undefined;
    dHidden = plus(node('Gemm', [dGates, weight], step.hidden.shape), skipped(arriving, dProposed));
    dCell = plus(mul(dNext, step.forget), skipped(dCell, carried));
  }
  return gates;
}

function plus(a: Tensor, b: Tensor | undefined): Tensor {
  return b ? add(a, b) : a;
}

/** dy · y · (1 − y) */
function throughSigmoid(dy: Tensor, y: Tensor): Tensor {
  const scaled = mul(dy, y);
  return sub(scaled, mul(scaled, y));
}

/** dy · (1 − y²) */
function throughTanh(dy: Tensor, y: Tensor): Tensor {
  return sub(dy, mul(mul(dy, y), y));
}
