import { GradError } from '../errors.js';
import { differentiable, node } from '../graph/node.js';
import { formatShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { add } from './add.js';
import { timesComplement } from './complement.js';
import { concat } from './concat.js';
import { mul } from './mul.js';
import { sigmoid } from './sigmoid.js';
import { split } from './split.js';
import { sub } from './sub.js';
import { tanh } from './tanh.js';
import { inTime, type RecurrenceOptions, stepsOf, stepsTogether, timeOrder, weightGradient } from './time-steps.js';
import { zerosLike } from './zeros-like.js';

/** What one step leaves behind for the backward pass. */
interface Step {
  readonly input: Tensor;
  readonly forget: Tensor;
  readonly candidate: Tensor;
  readonly output: Tensor;
  /** input · candidate */
  readonly written: Tensor;
  /** forget · the cell before */
  readonly kept: Tensor;
  /** tanh of the new cell. */
  readonly squashed: Tensor;
  readonly cell: Tensor;
  readonly hidden: Tensor;
}

/**
 * The recurrent part of an LSTM (Hochreiter & Schmidhuber 1997; gates in PyTorch's order input, forget, candidate,
 * output), unrolled from a zero state: projected inputs [N, T, 4H] and weight [4H, H] → hidden states [N, T, H].
 * The backward pass is unrolled too, with one product over all steps for the gradient of the weight. Throws `shape`.
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
  const order = timeOrder(time, options);
  const inputs = stepsOf(projected, order);
  const start = zerosLike(split(inputs[0]!, 4, 1)[0]!);
  const steps: Step[] = [];
  for (const input of inputs) {
    const { hidden, cell } = steps.at(-1) ?? { hidden: start, cell: start };
    steps.push(forward(input, weight, hidden, cell));
  }
  const hidden = steps.map((step) => step.hidden);
  return differentiable(stepsTogether(inTime(hidden, order)), [projected, weight], (dy) => {
    const gates = backward(steps, stepsOf(dy, order), weight);
    return [stepsTogether(inTime(gates, order)), weightGradient(gates, [start, ...hidden.slice(0, -1)], weight)];
  });
}

function forward(projected: Tensor, weight: Tensor, hidden: Tensor, cell: Tensor): Step {
  const gates = node('Gemm', [hidden, weight, projected], projected.shape, { attributes: { transB: 1 } });
  const [i, f, g, o] = split(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const gate = { input: sigmoid(i), forget: sigmoid(f), candidate: tanh(g), output: sigmoid(o) };
  const written = mul(gate.input, gate.candidate);
  const kept = mul(gate.forget, cell);
  const next = add(kept, written);
  const squashed = tanh(next);
  return { ...gate, written, kept, squashed, cell: next, hidden: mul(gate.output, squashed) };
}

/** What the gradients of a step are multiplied with. */
interface Slopes {
  /** Of the hidden state by the cell [N, H]. */
  readonly cell: Tensor;
  /** Of the cell by input, forget and candidate before their activation, and of the hidden state by the output; [N, 4H]. */
  readonly gates: Tensor;
}

/**
 * The slopes of all steps, computed together: a few large kernels where each step by itself would take a dozen small
 * ones. Those of the activations, y·(1 − y) and 1 − y², are taken apart, so that what the forward pass multiplied
 * already need not be multiplied again.
 */
function slopesOf(steps: readonly Step[]): Slopes[] {
  const all = (part: keyof Step) => concat(steps.map((step) => step[part]) as [Tensor, ...Tensor[]], 0);
  const [input, written, output, hidden] = [all('input'), all('written'), all('output'), all('hidden')];
  const gates = concat(
    [
      timesComplement(written, input),
      timesComplement(all('kept'), all('forget')),
      sub(input, mul(written, all('candidate'))),
      timesComplement(hidden, output),
    ],
    1,
  );
  const cells = split(sub(output, mul(hidden, all('squashed'))), steps.length, 0);
  return split(gates, steps.length, 0).map((each, at) => ({ gates: each, cell: cells[at]! }));
}

/** Gradients of the gates before their activation, from those of the hidden states. */
function backward(steps: readonly Step[], upstream: readonly Tensor[], weight: Tensor): Tensor[] {
  const slopes = slopesOf(steps);
  const gates: Tensor[] = [];
  let dHidden = upstream.at(-1)!;
  let dCarried: Tensor | undefined;
  for (let at = steps.length - 1; at >= 0; at--) {
    const throughHidden = mul(dHidden, slopes[at]!.cell);
    const dCell: Tensor = dCarried ? add(dCarried, throughHidden) : throughHidden;
    const dGates = mul(concat([dCell, dCell, dCell, dHidden], 1), slopes[at]!.gates);
    gates.unshift(dGates);
    if (at === 0) break;
    dHidden = node('Gemm', [dGates, weight, upstream[at - 1]!], dHidden.shape);
    dCarried = mul(dCell, steps[at]!.forget);
  }
  return gates;
}
