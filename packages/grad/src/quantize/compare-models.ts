import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import type { Model } from '../graph/model.js';
import { type OnnxModel, openModel } from '../runtime/onnx-model.js';
import type { SessionOptions } from '../runtime/session-options.js';
import type { Sample } from './calibrate.js';
import { Tally } from './tally.js';

export interface CompareOptions {
  /** The output to compare. Default: the first. */
  readonly output?: string;
  /**
   * The axis of the classes, such as 1 for the pixels of [N, classes, H, W]. Default: the last. A single number, as in
   * [N, 1] or [N], is a logit: class 1 above zero and 0 otherwise.
   */
  readonly axis?: number;
  /**
   * The right class of every example, or of every pixel [N, H, W], over all samples in order, for the accuracy of both.
   */
  readonly labels?: ArrayLike<number>;
  readonly session?: SessionOptions;
}

/** How far a second model is from a first. */
export interface Comparison {
  /** Root mean square of the difference, relative to that of the first model's output. */
  readonly relativeError: number;
  /** Share of rows, which are examples or their pixels, for which both find the same class. */
  readonly agreement: number;
  /** Share of rows for which each finds the label, when labels are given. */
  readonly accuracy?: { readonly before: number; readonly after: number };
  /** Length of the files. */
  readonly bytes: { readonly before: number; readonly after: number };
}

/**
 * Runs two models on samples neither was trained nor calibrated on, such as one and its quantized form. Throws `quantize` when
 * there are no examples, no such output, or not as many labels as rows, when the outputs differ in shape, and when one
 * is not finite; `shape` when they have no such axis; `feed` when a sample does not fit.
 */
export async function compareModels(
  before: Model,
  after: Model,
  samples: readonly Sample[],
  { output, labels, axis, session = {} }: CompareOptions = {},
): Promise<Comparison> {
  const files = [encodeModel(before), encodeModel(after)] as const;
  const name = output ?? before.outputs[0]?.name ?? '';
  for (const { outputs } of [before, after]) {
    if (outputs.some((candidate) => candidate.name === name)) continue;
    throw new GradError('quantize', `There is no output '${name}' in both models.`);
  }
  const models: OnnxModel[] = [];
  try {
    for (const file of files) models.push(await openModel(file, session));
    const tally = new Tally({ name, labels, axis });
    for (const sample of samples) {
      const [a, b] = await Promise.all(models.map(async (model) => (await model.run(sample, [name]))[name]));
      tally.add(a!, b!);
    }
    return { ...tally.result(), bytes: { before: files[0].length, after: files[1].length } };
  } finally {
    await Promise.all(models.map((model) => model.release()));
  }
}
