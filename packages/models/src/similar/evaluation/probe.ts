import type { Matrix } from '../algebra/matrix.js';
import { solvePositiveDefinite } from '../algebra/positive-definite.js';

/** Vectors [rows × dimension] with the class numbers of their rows. */
export interface Labelled {
  readonly vectors: Matrix;
  readonly labels: readonly number[];
}

/** Of the mean variance of the vectors along an axis. */
const RIDGE = 0.1;

/**
 * How often a linear classifier over the vectors is right, learnt from labelled `training` rows and asked about others:
 * least squares on the classes' indicators with a ridge, solved exactly (Hastie et al., The Elements of Statistical
 * Learning, 4.2).
 */
export function probeAccuracy(training: Labelled, asked: Labelled): number {
  const classes = Math.max(-1, ...training.labels, ...asked.labels) + 1;
  const width = training.vectors.columns + 1;
  const weights = solvePositiveDefinite(...normalEquations(training, width, classes));
  let right = 0;
  for (const [row, label] of asked.labels.entries()) {
    const x = extended(asked.vectors, row);
    let [best, highest] = [-1, Number.NEGATIVE_INFINITY];
    for (let c = 0; c < classes; c++) {
      let score = 0;
      for (let i = 0; i < width; i++) score += x[i]! * weights[i]![c]!;
      if (score > highest) [best, highest] = [c, score];
    }
    if (best === label) right++;
  }
  return right / Math.max(1, asked.labels.length);
}

/** A row's vector with a 1 for the constant term. */
function extended({ columns, data }: Matrix, row: number): Float64Array {
  const x = new Float64Array(columns + 1).fill(1);
  x.set(data.subarray(row * columns, (row + 1) * columns));
  return x;
}

/** XᵀX with its ridge, and XᵀY. */
function normalEquations(
  { vectors, labels }: Labelled,
  width: number,
  classes: number,
): [Float64Array[], Float64Array[]] {
  const gram = Array.from({ length: width }, () => new Float64Array(width));
  const targets = Array.from({ length: width }, () => new Float64Array(classes));
  for (const [row, label] of labels.entries()) {
    const x = extended(vectors, row);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) gram[i]![j]! += x[i]! * x[j]!;
      targets[i]![label]! += x[i]!;
    }
  }
  const variance = gram.slice(0, -1).reduce((sum, row, i) => sum + row[i]!, 0) / Math.max(1, width - 1);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) gram[j]![i] = gram[i]![j]!;
    gram[i]![i]! += i < width - 1 ? RIDGE * variance + 1e-9 : 1e-9;
  }
  return [gram, targets];
}
