import { GradError } from '../errors.js';
import { formatShape, normalizeAxis, type Shape, sameShape, sizeOf } from '../graph/shape.js';
import type { Value } from '../runtime/feeds.js';
import { floatsOf } from '../runtime/onnx-model.js';

export interface TallyOptions {
  /** What is compared, for messages. */
  readonly name: string;
  readonly labels?: ArrayLike<number> | undefined;
  readonly axis?: number | undefined;
}

/**
 * Counts where one output of two models agrees. A row is what one class is found for: an example, or one of its pixels.
 */
export class Tally {
  private rows = 0;
  private same = 0;
  private right = { before: 0, after: 0 };
  private squares = { value: 0, difference: 0 };

  constructor(private readonly options: TallyOptions) {}

  /**
   * Throws `quantize` when the two differ in shape or are not finite, `shape` when they lack the axis of the classes.
   */
  add(before: Value, after: Value): void {
    const { name, axis } = this.options;
    if (!sameShape(before.shape, after.shape)) {
      const [one, other] = [formatShape(before.shape), formatShape(after.shape)];
      throw new GradError('quantize', `'${name}' is ${one} in the first model and ${other} in the second.`);
    }
    const [a, b] = [floatsOf(before), floatsOf(after)];
    this.measure(a, b);
    const { classes, stride } = rowsOf(before.shape, axis);
    for (let block = 0; block < a.length; block += classes * stride) {
      for (let start = block; start < block + stride; start++) {
        this.count(classAt(a, start, classes, stride), classAt(b, start, classes, stride));
      }
    }
  }

  /** Throws `quantize` when there were no rows, or not as many as labels. */
  result() {
    const { rows, same, right, squares } = this;
    const { labels } = this.options;
    if (!rows) throw new GradError('quantize', 'Comparing models needs examples.');
    if (labels && labels.length !== rows) {
      throw new GradError('quantize', `There are ${labels.length} labels for ${rows} rows of the output.`);
    }
    return {
      relativeError: Math.sqrt(squares.difference / (squares.value || 1)),
      agreement: same / rows,
      ...(labels ? { accuracy: { before: right.before / rows, after: right.after / rows } } : {}),
    };
  }

  private measure(a: Float32Array, b: Float32Array): void {
    a.forEach((value, i) => {
      this.squares.value += value ** 2;
      this.squares.difference += (value - b[i]!) ** 2;
    });
    if (Number.isFinite(this.squares.value) && Number.isFinite(this.squares.difference)) return;
    const { name } = this.options;
    throw new GradError('quantize', `'${name}' is not finite on a sample; check the samples and the models' weights.`);
  }

  private count(first: number, second: number): void {
    const label = this.options.labels?.[this.rows];
    this.rows += 1;
    if (first === second) this.same += 1;
    if (first === label) this.right.before += 1;
    if (second === label) this.right.after += 1;
  }
}

/** How many classes a row has, and how far apart they lie. */
function rowsOf(shape: Shape, axis: number | undefined): { classes: number; stride: number } {
  if (axis === undefined && shape.length < 2) return { classes: 1, stride: 1 };
  const along = normalizeAxis(axis ?? -1, shape.length);
  return { classes: shape[along]!, stride: sizeOf(shape.slice(along + 1)) };
}

/** Which of some values is largest; of a single one, a logit, whether it is above zero. */
function classAt(values: Float32Array, start: number, classes: number, stride: number): number {
  if (classes === 1) return values[start]! > 0 ? 1 : 0;
  let largest = 0;
  for (let i = 1; i < classes; i++) {
    if (values[start + i * stride]! > values[start + largest * stride]!) largest = i;
  }
  return largest;
}
