import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { timesComplement } from './complement.js';
import { concat } from './concat.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sigmoid } from './sigmoid.js';
import { split } from './split.js';
import { sub } from './sub.js';
import { emitReduce } from './sum.js';
import { tanh } from './tanh.js';
import { inTime, type RecurrenceOptions, stepsOf, stepsTogether, timeOrder, weightGradient } from './time-steps.js';
import { zerosLike } from './zeros-like.js';

/** What one step leaves behind for the backward pass. */
interface Step {
  readonly reset: Tensor;
  readonly update: Tensor;
  readonly candidate: Tensor;
  /** The candidate's part of weight · state + bias, before it is reset. */
  readonly recalled: Tensor;
  readonly before: Tensor;
  readonly hidden: Tensor;
}

/**
 * The recurrent part of a GRU (Cho et al. 2014, with the reset after the product as in PyTorch; gates in the order reset,
 * update, candidate), unrolled from a zero state: projected inputs [N, T, 3H], weight [3H, H] and bias [3H] → hidden
 * states [N, T, H]. Throws `shape` when they do not fit.
 */
export function gruRecurrence(
  projected: Tensor,
  weight: Tensor,
  bias: Tensor,
  options: RecurrenceOptions = {},
): Tensor {
  const [batch, time, width] = projected.shape;
  const size = weight.shape[1];
  const fits = size && width === 3 * size && weight.shape[0] === width && bias.shape[0] === width;
  if (batch === undefined || !time || !fits) {
    throw new GradError(
      'shape',
      `gru: projected ${formatShape(projected.shape)} does not fit weight ${formatShape(weight.shape)} and bias ` +
        `${formatShape(bias.shape)}.`,
    );
  }
  const order = timeOrder(time, options);
  const inputs = stepsOf(projected, order);
  const start = zerosLike(split(inputs[0]!, 3, 1)[0]!);
  const steps: Step[] = [];
  for (const input of inputs) steps.push(forward(input, weight, bias, steps.at(-1)?.hidden ?? start));
  const hidden = steps.map((step) => step.hidden);
  return differentiable(stepsTogether(inTime(hidden, order)), [projected, weight, bias], (dy) => {
    const { inputs: dInputs, products } = backward(steps, stepsOf(dy, order), weight);
    const dProducts = reshape(stepsTogether(products), [batch * time, width]);
    return [
      stepsTogether(inTime(dInputs, order)),
      weightGradient(products, [start, ...hidden.slice(0, -1)], weight),
      emitReduce('ReduceSum', dProducts, [0], false),
    ];
  });
}

function forward(projected: Tensor, weight: Tensor, bias: Tensor, before: Tensor): Step {
  const product = node('Gemm', [before, weight, bias], projected.shape, { attributes: { transB: 1 } });
  const [inputReset, inputUpdate, inputCandidate] = split(projected, 3, 1) as [Tensor, Tensor, Tensor];
  const [ownReset, ownUpdate, recalled] = split(product, 3, 1) as [Tensor, Tensor, Tensor];
  const reset = sigmoid(add(inputReset, ownReset));
  const update = sigmoid(add(inputUpdate, ownUpdate));
  const candidate = tanh(add(inputCandidate, mul(reset, recalled)));
  // With an update gate of 1 the state stays the same to the bit.
  const hidden = add(mul(update, before), sub(candidate, mul(update, candidate)));
  return { reset, update, candidate, recalled, before, hidden };
}

/** Gradients, per step, of the projected inputs and of weight · state + bias, from those of the hidden states. */
function backward(steps: readonly Step[], upstream: readonly Tensor[], weight: Tensor) {
  const inputs: Tensor[] = [];
  const products: Tensor[] = [];
  let dHidden = upstream.at(-1)!;
  for (let at = steps.length - 1; at >= 0; at--) {
    const { reset, update, candidate, recalled, before } = steps[at]!;
    const kept = mul(dHidden, update);
    const taken = sub(dHidden, kept);
    const dCandidate = sub(taken, mul(taken, mul(candidate, candidate)));
    const dRecalled = mul(dCandidate, reset);
    const dReset = timesComplement(mul(dRecalled, recalled), reset);
    const dUpdate = timesComplement(mul(kept, sub(before, candidate)), update);
    const product = concat([dReset, dUpdate, dRecalled], 1);
    inputs.unshift(concat([dReset, dUpdate, dCandidate], 1));
    products.unshift(product);
    if (at > 0) dHidden = node('Gemm', [product, weight, add(kept, upstream[at - 1]!)], before.shape);
  }
  return { inputs, products };
}
