import { createRandom } from '@vitrine/grad';
import type { SparseRows } from '../../encoding/sparse.js';

export interface RegressionProblem {
  readonly features: number;
  readonly classes: number;
  readonly rows: SparseRows;
  /** Class of each row; −1 leaves the row out. */
  readonly labels: Int32Array;
  /** How much the loss of a row counts beside the size of the weights, C in the literature. */
  readonly cost: number;
  readonly epochs: number;
  readonly seed: number;
}

/** One weight vector per class over the features, stored by feature: [features + 1, classes]; the last row is the bias. */
export interface LinearModel {
  readonly classes: number;
  readonly weight: Float32Array;
}

const SMALLEST_PROBABILITY = 1e-12;
const SMALLEST_CHANGE = 1e-10;
const NEWTON_STEPS = 8;
const STEP_PRECISION = 1e-3;

/**
 * Multinomial logistic regression: the weights W of least ½‖W‖² + C Σ −log softmax(W x)[label], by stochastic dual
 * coordinate ascent (Shalev-Shwartz & Zhang 2013). W = C Σ (label's unit vector − dual) xᵀ, where a row's dual, which
 * lies in the simplex, is what the model answers for it once the sum is least: each visit moves the one towards the other
 * as far as is best for the dual objective. No step size to choose. After each epoch tells the mean loss met in it.
 */
export function* trainRegression(problem: RegressionProblem): Generator<{ epoch: number; loss: number }, LinearModel> {
  const { features, classes, rows, labels, cost, epochs, seed } = problem;
  const random = createRandom(seed, 'softmax-regression');
  const order = Int32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  const model = { classes, weight: new Float32Array(new SharedArrayBuffer(4 * (features + 1) * classes)) };
  const duals = new Float32Array(labels.length * classes);
  for (const row of order) duals[row * classes + labels[row]!] = 1;
  const logits = new Float32Array(classes);
  const direction = new Float64Array(classes);

  for (let epoch = 1; epoch <= epochs; epoch++) {
    random.shuffle(order);
    let loss = 0;
    for (const row of order) {
      const dual = duals.subarray(row * classes, (row + 1) * classes);
      logits.fill(0);
      addLogits(model, rows, row, logits);
      loss -= logSoftmaxInto(direction, logits, labels[row]!);
      for (let k = 0; k < classes; k++) direction[k] = Math.exp(direction[k]!) - dual[k]!;
      const step = bestStep(dual, direction, logits, cost * (squaredLength(rows, row) + 1));
      if (step === 0) continue;
      // From here on `logits` holds the change of the weights along the row.
      for (let k = 0; k < classes; k++) {
        dual[k] = dual[k]! + step * direction[k]!;
        logits[k] = -cost * step * direction[k]!;
      }
      moveAlong(model, rows, row, logits);
    }
    yield { epoch, loss: loss / Math.max(1, order.length) };
  }
  return model;
}

/** Log-probabilities into `target` [classes]; returns the label's. */
function logSoftmaxInto(target: Float64Array, logits: Float32Array, label: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  const normalizer = largest + Math.log(total);
  for (let k = 0; k < logits.length; k++) target[k] = logits[k]! - normalizer;
  return target[label]!;
}

/**
 * The step t in [0, 1] that makes Σ (β + t d) log(β + t d) + ½ curvature ‖t d‖² − t d·logits least, by Newton's method
 * between two bounds; 0 where the direction d is as good as none.
 */
function bestStep(dual: Float32Array, direction: Float64Array, logits: Float32Array, curvature: number): number {
  let [squares, gain] = [0, 0];
  for (let k = 0; k < dual.length; k++) {
    squares += direction[k]! ** 2;
    gain += direction[k]! * logits[k]!;
  }
  if (squares < SMALLEST_CHANGE) return 0;
  let [low, high] = [0, 1];
  let step = 1 / (1 + curvature);
  for (let n = 0; n < NEWTON_STEPS; n++) {
    let slope = curvature * step * squares - gain;
    let bend = curvature * squares;
    for (let k = 0; k < dual.length; k++) {
      const probability = Math.max(SMALLEST_PROBABILITY, dual[k]! + step * direction[k]!);
      slope += direction[k]! * Math.log(probability);
      bend += direction[k]! ** 2 / probability;
    }
    if (slope > 0) high = step;
    else low = step;
    const before = step;
    const next = step - slope / bend;
    step = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(step - before) < STEP_PRECISION) break;
  }
  return step;
}

/** Adds the logits of a row to `logits` [classes]. */
export function addLogits({ classes, weight }: LinearModel, rows: SparseRows, row: number, logits: Float32Array): void {
  const bias = weight.length - classes;
  for (let k = 0; k < classes; k++) logits[k] = logits[k]! + weight[bias + k]!;
  for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
    const from = rows.indices[entry]! * classes;
    const value = rows.values[entry]!;
    for (let k = 0; k < classes; k++) logits[k] = logits[k]! + value * weight[from + k]!;
  }
}

/** Logits of all rows: [rows × classes]. */
export function logitsOf(model: LinearModel, rows: SparseRows): Float32Array {
  const { classes } = model;
  const logits = new Float32Array(rows.middles.length * classes);
  for (let row = 0; row < rows.middles.length; row++)
    addLogits(model, rows, row, logits.subarray(row * classes, (row + 1) * classes));
  return logits;
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
