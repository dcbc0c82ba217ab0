import { type Shape, sizeOf } from '../graph/shape.js';
import type { Random } from '../random.js';

/** Fills a new parameter of the given shape. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

/** All 0. */
export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape));

/** All 1. */
export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/** Uniform in [−bound, bound]. */
export function uniform(bound: number): Initializer {
  return (shape, random) => drawn(shape, () => (random.uniform() * 2 - 1) * bound);
}

/** Normal with mean 0. */
export function normal(deviation: number): Initializer {
  return (shape, random) => drawn(shape, () => random.normal() * deviation);
}

/** PyTorch's default for Linear and Conv weights and their biases: uniform within 1/√(inputs of a unit). */
export function fanInUniform(fanIn: number): Initializer {
  return uniform(1 / Math.sqrt(fanIn));
}

/** He et al. 2015 over the outputs, for weights [out, in, …] followed by ReLU; torchvision's choice for convolutions. */
export const kaimingNormalFanOut: Initializer = (shape, random) => {
  const fanOut = shape[0]! * sizeOf(shape.slice(2));
  return normal(Math.sqrt(2 / fanOut))(shape, random);
};

/** A plain loop: `Float32Array.from` takes seconds for millions of weights. */
function drawn(shape: Shape, draw: () => number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return values;
}
