import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { toModel } from '../graph/model.js';
import { type Shape, sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Scope } from '../nn/scope.js';
import { ModelState } from '../nn/state.js';
import { add } from '../ops/add.js';
import { square } from '../ops/square.js';
import { sum } from '../ops/sum.js';
import { floatsOf, openModel } from '../runtime/onnx-model.js';
import { buildModel } from '../training/build.js';

/** A layer under test: one output, or several by name. */
export type LayerUnderTest = (scope: Scope, ...inputs: Tensor[]) => Tensor | Readonly<Record<string, Tensor>>;

export interface LayerCase {
  /** Shapes of the float32 inputs, in the order in which the layer takes them. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** The numbers of an input or a parameter. */
  readonly numbers: (name: string, count: number) => Float32Array;
}

/**
 * Runs a layer as in training. Gives its outputs (one alone is `y`), and under `d ` and its name the gradient of the sum of
 * their squares by every input and parameter.
 */
export async function runLayer(
  layer: LayerUnderTest,
  { inputs, numbers }: LayerCase,
): Promise<Record<string, Float32Array>> {
  const state = new ModelState();
  const built = buildModel(
    ({ scope, input }) => {
      const given = Object.entries(inputs).map(([name, shape]) => input(name, shape, 'float32', { batched: false }));
      const result = layer(scope, ...given);
      const outputs: Record<string, Tensor> = 'graph' in result ? { y: result as Tensor } : { ...result };
      return {
        loss: Object.values(outputs)
          .map((output) => sum(square(output)))
          .reduce((a, b) => add(a, b)),
        outputs,
      };
    },
    { state, seed: 1, batch: 1, training: true },
  );
  const names = [...Object.keys(inputs), ...state.names()];
  const leaves = names.map((name) => built.inputs.get(name)?.tensor ?? built.scope.tensors.get(name)!);
  const wanted: Record<string, Tensor> = { ...built.outputs };
  grad(built.loss, leaves).forEach((gradient, i) => {
    wanted[`d ${names[i]}`] = gradient!;
  });
  const model = await openModel(encodeModel(toModel(built.graph, wanted)), { threads: 1 });
  const taken = new Set(model.inputs.map(({ name }) => name));
  const feeds = names.flatMap((name, i) =>
    taken.has(name) ? [[name, numbers(name, sizeOf(leaves[i]!.shape))] as const] : [],
  );
  const results = await model.run(Object.fromEntries(feeds));
  await model.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, floatsOf(value)]));
}
