import { expect } from 'vitest';
import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import { formatShape, type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
import { createRandom } from '../random.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';

/** One call of an op under test. */
export interface OpCase {
  /** Shapes of the float32 inputs that are differentiated. */
  readonly shapes: readonly Shape[];
  /** Applies the op to tensors of those shapes. */
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** The numbers of input `index`. Default: standard normal, from a fixed seed. */
  readonly values?: (index: number, shape: Shape) => Float32Array;
  /** The numbers of inputs that the op declares itself, such as noise. They are asked for after it was applied. */
  readonly declared?: () => Readonly<Record<string, Float32Array>>;
}

export interface CheckOptions {
  /** Half the distance of the two points of a difference quotient. Default 1e-2: in float32, rounding dominates below. */
  readonly step?: number;
  /** Largest deviation, relative to the largest element of the same gradient. Default 5e-3. */
  readonly tolerance?: number;
  /** How many elements of each input are checked; spread evenly. Default 24. */
  readonly samples?: number;
}

/** Runs an op on given numbers: the value of its output. */
export async function evaluateOp(
  op: (...inputs: Tensor[]) => Tensor,
  inputs: readonly OpInput[],
  declared?: OpCase['declared'],
): Promise<Float32Array> {
  const graph = new Graph();
  const tensors = inputs.map(({ shape, data }, i) =>
    graph.input(`x${i}`, shape, data instanceof Int32Array ? 'int32' : 'float32'),
  );
  const output = op(...tensors);
  const model = await openModel(encodeModel(toModel(graph, { y: output })), { threads: 1 });
  const given = Object.fromEntries(
    inputs.flatMap(({ data }, i) => (model.inputs.some(({ name }) => name === `x${i}`) ? [[`x${i}`, data]] : [])),
  );
  const { y } = await model.run({ ...given, ...declared?.() });
  await model.release();
  expect(y!.shape, 'the shape rule agrees with what was computed').toEqual(output.shape);
  return floatsOf(y);
}

export interface OpInput {
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

/** Standard normal numbers from a fixed seed. */
export function normals(shape: Shape, seed: string | number = 0): Float32Array {
  const random = createRandom(1, seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
}

/**
 * Compares the gradient an op emits with central differences of its value, for the scalar Σ w·op(x) with random w.
 * The sums are made in double precision here, so that only the op's own rounding remains.
 */
export async function checkGradient(
  { shapes, op, values, declared }: OpCase,
  options: CheckOptions = {},
): Promise<void> {
  const { step = 1e-2, tolerance = 5e-3, samples = 24 } = options;
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape));
  const y = op(...inputs);
  const weights = graph.input('weights', y.shape);
  const gradients = grad(sum(mul(y, weights)), inputs);
  const outputs: Record<string, Tensor> = { y };
  gradients.forEach((gradient, i) => {
    expect(gradient, `input ${i} has a gradient`).toBeDefined();
    outputs[`d${i}`] = gradient!;
  });
  const model = await openModel(encodeModel(toModel(graph, outputs)), { threads: 1 });

  const feeds: Record<string, Float32Array> = { ...declared?.(), weights: normals(y.shape, 'weights') };
  shapes.forEach((shape, i) => {
    feeds[`x${i}`] = values?.(i, shape) ?? normals(shape, i);
  });
  const used = Object.fromEntries(
    Object.entries(feeds).filter(([name]) => model.inputs.some((input) => input.name === name)),
  );
  const loss = async () => {
    const result = floatsOf((await model.run(used, ['y'])).y);
    return result.reduce((total, value, i) => total + value * feeds.weights![i]!, 0);
  };
  const analytic = await model.run(used);
  for (const [i, shape] of shapes.entries()) {
    const gradient = floatsOf(analytic[`d${i}`]);
    const scale = Math.max(
      1e-2,
      gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    );
    const data = feeds[`x${i}`]!;
    const stride = Math.max(1, Math.floor(data.length / samples));
    for (let at = 0; at < data.length; at += stride) {
      const original = data[at]!;
      data[at] = original + step;
      const above = data[at]!;
      const high = await loss();
      data[at] = original - step;
      const below = data[at]!;
      const low = await loss();
      data[at] = original;
      const numeric = (high - low) / (above - below);
      expect(
        Math.abs(numeric - gradient[at]!) / scale,
        `d/dx${i} ${formatShape(shape)} at ${at}: emitted ${gradient[at]}, by differences ${numeric}`,
      ).toBeLessThan(tolerance);
    }
  }
  await model.release();
}
