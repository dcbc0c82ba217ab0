import { createRandom } from '@vitrine/grad';
import type { SparseRows } from './sparse.js';

export interface SvmProblem {
  readonly features: number;
  readonly classes: number;
  readonly rows: SparseRows;
  /** Class of each row; −1 leaves the row out. */
  readonly labels: Int32Array;
  /** Price of a margin violation, C in the literature. */
  readonly cost: number;
  readonly epochs: number;
  readonly seed: number;
}

/** One weight vector per class over the features, stored by feature: [features + 1, classes]; the last row is the bias. */
export interface LinearModel {
  readonly classes: number;
  readonly weight: Float32Array;
}

/**
 * Linear support vector machines, one class against the rest, with squared hinge loss: dual coordinate descent (Hsieh et
 * al. 2008, algorithm 1), all classes in one pass over the rows, since their weights for a feature lie side by side.
 */
export function* trainSvm(problem: SvmProblem): Generator<{ epoch: number; violation: number }, LinearModel> {
  const { features, classes, rows, labels, cost, epochs, seed } = problem;
  const random = createRandom(seed, 'linear-svm');
  const order = Int32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  const weight = new Float32Array(new SharedArrayBuffer(4 * (features + 1) * classes));
  const model = { classes, weight };
  const dual = new Float32Array(labels.length * classes);
  const diagonal = 1 / (2 * cost);
  const curvature = Float32Array.from(labels, (_, row) => squaredLength(rows, row) + 1 + diagonal);
  const margins = new Float32Array(classes);

  for (let epoch = 1; epoch <= epochs; epoch++) {
    random.shuffle(order);
    let violation = 0;
    for (const row of order) {
      margins.fill(0);
      addMargins(model, rows, row, margins);
      let largest = 0;
      for (let k = 0; k < classes; k++) {
        const sign = labels[row] === k ? 1 : -1;
        const at = row * classes + k;
        const before = dual[at]!;
        const gradient = sign * margins[k]! - 1 + diagonal * before;
        const after = Math.max(0, before - gradient / curvature[row]!);
        dual[at] = after;
        // From here on `margins` holds the change along the row.
        margins[k] = sign * (after - before);
        largest = Math.max(largest, Math.abs(after - before));
      }
      violation += largest;
      if (largest > 0) moveAlong(model, rows, row, margins);
    }
    yield { epoch, violation: violation / Math.max(1, order.length) };
  }
  return model;
}

/** Adds the margins of a row for every class to `margins` [classes]. */
export function addMargins(
  { classes, weight }: LinearModel,
  rows: SparseRows,
  row: number,
  margins: Float32Array,
): void {
  const bias = weight.length - classes;
  for (let k = 0; k < classes; k++) margins[k] = margins[k]! + weight[bias + k]!;
  for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
    const from = rows.indices[entry]! * classes;
    const value = rows.values[entry]!;
    for (let k = 0; k < classes; k++) margins[k] = margins[k]! + value * weight[from + k]!;
  }
}

/** Margins of all rows: [rows × classes]. */
export function marginsOf(model: LinearModel, rows: SparseRows): Float32Array {
  const { classes } = model;
  const margins = new Float32Array(rows.middles.length * classes);
  for (let row = 0; row < rows.middles.length; row++)
    addMargins(model, rows, row, margins.subarray(row * classes, (row + 1) * classes));
  return margins;
}

function moveAlong({ classes, weight }: LinearModel, rows: SparseRows, row: number, change: Float32Array): void {
  const bias = weight.length - classes;
  for (let k = 0; k < classes; k++) weight[bias + k] = weight[bias + k]! + change[k]!;
  for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
    const to = rows.indices[entry]! * classes;
    const value = rows.values[entry]!;
    for (let k = 0; k < classes; k++) weight[to + k] = weight[to + k]! + value * change[k]!;
  }
}

function squaredLength({ offsets, values }: SparseRows, row: number): number {
  let sum = 0;
  for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) sum += values[entry]! ** 2;
  return sum;
}
