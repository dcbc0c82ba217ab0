import { GradError } from '../errors.js';
import type { DType } from './dtype.js';
import type { Backward, NodeOptions } from './graph.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

export interface SingleNodeOptions extends NodeOptions {
  readonly dtype?: DType;
}

/** Appends one ONNX node with one output to the graph of its inputs. `dtype` defaults to float32. */
export function node(
  operator: string,
  inputs: readonly [Tensor, ...(Tensor | undefined)[]],
  shape: Shape,
  options: SingleNodeOptions = {},
): Tensor {
  const output = options.dtype ? { shape, dtype: options.dtype } : { shape };
  return inputs[0].graph.append(operator, inputs, [output], options)[0]!;
}

/**
 * Puts `output` on the tape as a function of `inputs`. `backward` emits the gradient of each input, in order and of
 * the input's shape, given the gradient of the output; `undefined` where there is none (integer inputs).
 * It replaces what nodes inside the op recorded for the same output, so ops may be composed of others freely.
 */
export function differentiable(
  output: Tensor,
  inputs: readonly Tensor[],
  backward: (gradient: Tensor) => readonly (Tensor | undefined)[],
): Tensor {
  differentiableAll([output], inputs, ([gradient]) => (gradient ? backward(gradient) : inputs.map(() => undefined)));
  return output;
}

/** As `differentiable`, for several outputs; the gradient of an output the loss does not reach is `undefined`. */
export function differentiableAll(outputs: readonly Tensor[], inputs: readonly Tensor[], backward: Backward): void {
  const first = outputs[0];
  if (!first) throw new GradError('graph', 'An op on the tape needs at least one output.');
  first.graph.tape.push({ inputs, outputs, backward });
}
