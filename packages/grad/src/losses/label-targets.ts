import { GradError } from '../errors.js';
import { formatShape, normalizeAxis, sameShape } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { oneHot } from '../ops/one-hot.js';
import { reshape } from '../ops/reshape.js';

export interface LabelOptions {
  /** The axis of the logits that holds the classes: −1, the last, or 1 for pictures [N, K, H, W]. Default −1. */
  readonly axis?: number;
  /** A class that is left out. Labels outside 0..K−1, such as PyTorch's −100, always are. */
  readonly ignoreIndex?: number;
  /** Weight per class [K]. */
  readonly classWeights?: Tensor;
}

/** Labels beside their logits, ready to be multiplied with them. */
interface LabelTargets {
  /** The axis of the classes, counted from the front. */
  readonly axis: number;
  readonly classes: number;
  /** 1 at the label, of the logits' shape; zeros where an example is left out. */
  readonly hot: Tensor;
  /** The weights, shaped to broadcast against the logits. */
  readonly classWeights: Tensor | undefined;
}

/** Checks that int32 labels have the logits' shape without the axis of the classes. Throws `shape` or `dtype`. */
export function labelTargets(logits: Tensor, labels: Tensor, options: LabelOptions): LabelTargets {
  const axis = normalizeAxis(options.axis ?? -1, logits.shape.length);
  if (!sameShape(logits.shape.toSpliced(axis, 1), labels.shape)) {
    throw new GradError(
      'shape',
      `Labels ${formatShape(labels.shape)} do not fit logits ${formatShape(logits.shape)} with classes on axis ${axis}.`,
    );
  }
  const classes = logits.shape[axis]!;
  const { ignoreIndex, classWeights } = options;
  if (classWeights && !sameShape(classWeights.shape, [classes])) {
    throw new GradError('shape', `Class weights ${formatShape(classWeights.shape)} should be [${classes}].`);
  }
  return {
    axis,
    classes,
    hot: oneHot(labels, classes, { axis, ...(ignoreIndex === undefined ? {} : { ignoreIndex }) }),
    classWeights: classWeights && reshape(classWeights, [classes, ...logits.shape.slice(axis + 1).map(() => 1)]),
  };
}
