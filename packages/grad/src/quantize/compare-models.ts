import { GradError } from '../errors.js';
import { encodeModel } from '../graph/encode.js';
import type { Model } from '../graph/model.js';
import type { Value } from '../runtime/feeds.js';
import { floatsOf, type OnnxModel, openModel } from '../runtime/onnx-model.js';
import type { SessionOptions } from '../runtime/session-options.js';
import type { Sample } from './calibrate.js';

export interface CompareOptions {
  /** The output to compare, [N, …, classes] or any other. Default: the first. */
  readonly output?: string;
  /** The right class of every example, over all samples in order, for the accuracy of both. */
  readonly labels?: ArrayLike<number>;
  readonly session?: SessionOptions;
}

/** How far a second model is from a first. */
export interface Comparison {
  /** Root mean square of the difference, relative to that of the first model's output. */
  readonly relativeError: number;
  /** Share of rows whose largest element is at the same place. */
  readonly agreement: number;
  /** Share of rows whose largest element is at the label, when labels are given. */
  readonly accuracy?: { readonly before: number; readonly after: number };
  /** Length of the files. */
  readonly bytes: { readonly before: number; readonly after: number };
}

/**
 * Runs two models on samples neither was trained nor calibrated on, such as one and its quantized form. Throws `quantize` when
 * there are no samples, no such output, or not as many labels as rows; `feed` when a sample does not fit.
 */
export async function compareModels(
  before: Model,
  after: Model,
  samples: readonly Sample[],
  { output, labels, session = {} }: CompareOptions = {},
): Promise<Comparison> {
  const files = [encodeModel(before), encodeModel(after)] as const;
  const name = output ?? before.outputs[0]?.name ?? '';
  if (!samples.length) throw new GradError('quantize', 'Comparing models needs samples.');
  for (const { outputs } of [before, after]) {
    if (outputs.some((candidate) => candidate.name === name)) continue;
    throw new GradError('quantize', `There is no output '${name}' in both models.`);
  }
  const models: OnnxModel[] = [];
  try {
    for (const file of files) models.push(await openModel(file, session));
    const tally = new Tally(labels);
    for (const sample of samples) {
      const [a, b] = await Promise.all(models.map(async (model) => (await model.run(sample, [name]))[name]));
      tally.add(a!, b!);
    }
    return { ...tally.result(), bytes: { before: files[0].length, after: files[1].length } };
  } finally {
    await Promise.all(models.map((model) => model.release()));
  }
}

class Tally {
  private rows = 0;
  private same = 0;
  private right = { before: 0, after: 0 };
  private squares = { value: 0, difference: 0 };

  constructor(private readonly labels: ArrayLike<number> | undefined) {}

  add(before: Value, after: Value): void {
    const [a, b] = [floatsOf(before), floatsOf(after)];
    a.forEach((value, i) => {
      this.squares.value += value ** 2;
      this.squares.difference += (value - b[i]!) ** 2;
    });
    const width = before.shape.at(-1) ?? 1;
    for (let start = 0; start < a.length; start += width) {
      const [first, second] = [argmax(a.subarray(start, start + width)), argmax(b.subarray(start, start + width))];
      const label = this.labels?.[this.rows];
      this.rows += 1;
      if (first === second) this.same += 1;
      if (first === label) this.right.before += 1;
      if (second === label) this.right.after += 1;
    }
  }

  result(): Omit<Comparison, 'bytes'> {
    const { rows, same, right, squares, labels } = this;
    if (labels && labels.length !== rows) {
      throw new GradError('quantize', `There are ${labels.length} labels for ${rows} rows of the output.`);
    }
    return {
      relativeError: Math.sqrt(squares.difference / (squares.value || 1)),
      agreement: same / rows,
      ...(labels ? { accuracy: { before: right.before / rows, after: right.after / rows } } : {}),
    };
  }
}

function argmax(values: Float32Array): number {
  return values.indexOf(values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
}
