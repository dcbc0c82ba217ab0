import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import { type Initializer, type Model, toModel, type ValueInfo } from '../graph/model.js';
import { formatShape, sameShape } from '../graph/shape.js';
import { ModelState, type NamedArray } from '../nn/state.js';
import { type Build, buildModel } from '../training/build.js';

/** What is exported: a `Trainer`, or a build function with its weights. */
export interface ExportSource {
  readonly build: Build;
  /** Parameters and buffers by name. */
  weights(): ReadonlyMap<string, NamedArray>;
}

export interface ExportOptions {
  /** The outputs to keep; inputs that only others need, such as labels, are left out. Default: all. */
  readonly outputs?: readonly string[];
  /** Rewritings of the model, in order, such as folding batch norm. */
  readonly passes?: readonly ((model: Model) => Model)[];
}

/** The name of the batch dimension in exported models. */
export const BATCH = 'N';

/**
 * The bytes of an ONNX model for inference, with weights inside and any number of examples as first axis `N`.
 * Throws `graph` when there are no outputs or one named is unknown, `parameter` when a weight is missing or of another
 * shape than the model's, and `batch-baked` when the model depends on the size of the batch it was built for.
 */
export function exportOnnx(source: ExportSource, options: ExportOptions = {}): Uint8Array {
  return encodeModel(exportModel(source, options));
}

/** As `exportOnnx`, before encoding. */
export function exportModel(source: ExportSource, options: ExportOptions = {}): Model {
  // Whatever differs between two batch sizes depends on the batch.
  const [first, second] = [buildFor(source, options, 2), buildFor(source, options, 3)];
  const differing = first.nodes.findIndex((node, i) => JSON.stringify(node) !== JSON.stringify(second.nodes[i]));
  if (differing >= 0 || first.nodes.length !== second.nodes.length || !sameInitializers(first, second)) {
    const where = first.nodes[differing]?.operator ?? 'a constant';
    throw new GradError('batch-baked', `The model cannot take any batch: ${where} has the batch size written into it.`);
  }
  const model: Model = {
    ...first,
    inputs: first.inputs.map((input, i) => symbolic(input, second.inputs[i]!)),
    outputs: first.outputs.map((output, i) => symbolic(output, second.outputs[i]!)),
  };
  return (options.passes ?? []).reduce((current, pass) => pass(current), model);
}

function buildFor(source: ExportSource, options: ExportOptions, batch: number): Model {
  const weights = source.weights();
  const { graph, scope, outputs } = buildModel(source.build, {
    state: new ModelState(),
    seed: 0,
    batch,
    training: false,
    dynamicBatch: true,
  });
  const names = options.outputs ?? Object.keys(outputs);
  if (!names.length)
    throw new GradError('graph', 'There are no outputs to export: name some, and have the build function return them.');
  for (const name of names) {
    if (!outputs[name])
      throw new GradError('graph', `The model has no output '${name}'; it has ${Object.keys(outputs).join(', ')}.`);
  }
  const model = toModel(graph, Object.fromEntries(names.map((name) => [name, outputs[name]!])));
  const initializers = [...scope.tensors.keys()]
    .filter((name) => model.inputs.some((input) => input.name === name))
    .map((name): Initializer => {
      const weight = weights.get(name);
      if (!weight) throw new GradError('parameter', `The weights given lack '${name}'.`);
      const { shape } = scope.tensors.get(name)!;
      if (!sameShape(weight.shape, shape)) {
        throw new GradError(
          'parameter',
          `'${name}' is ${formatShape(weight.shape)}, the model needs ${formatShape(shape)}.`,
        );
      }
      return { name, shape: weight.shape, dtype: 'float32', data: weight.data };
    });
  return {
    ...model,
    inputs: model.inputs.filter(({ name }) => !scope.tensors.has(name)),
    initializers: [...model.initializers, ...initializers],
  };
}

function sameInitializers(a: Model, b: Model): boolean {
  return (
    a.initializers.length === b.initializers.length &&
    a.initializers.every(({ name, data }, i) => {
      const other = b.initializers[i]!;
      return (
        name === other.name &&
        data.length === other.data.length &&
        data.every((value, j) => Object.is(value, other.data[j]))
      );
    })
  );
}

function symbolic(one: ValueInfo, other: ValueInfo): ValueInfo {
  const shape = one.shape.map((size, axis) => {
    if (size === other.shape[axis]) return size;
    return size === 2 && other.shape[axis] === 3 ? BATCH : `${one.name}_${axis}`;
  });
  return { ...one, shape };
}
