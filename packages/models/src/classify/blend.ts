import { softmaxRows } from '../metrics/softmax.js';

/** Scores of one expert for each example: [examples × classes]; log-probabilities, logits or margins. */
export type Scores = Float32Array;

const ITERATIONS = 50;
/** Pulls weights that the examples say nothing about to their start; counts as one example. */
const RIDGE = 1;
/** Least weight of an expert that is alone: turned down as far as that, it still ranks the classes as it did. */
const LEAST_ALONE = 1e-3;

/**
 * The weights, none below 0, with which experts' scores add up to calibrated logits: least negative log-likelihood of the labels under
 * softmax(Σ weight · scores), by Newton's method (the problem is convex). With one expert this is temperature scaling
 * (Guo et al. 2017), the weight being the inverse temperature; with several it is stacking with a weight each, which
 * holds up better when no weight is negative (Breiman 1996): a few examples must not turn an expert upside down.
 * Fit on examples none of the experts was trained on. Labels outside 0 … classes − 1 are left out.
 */
export function fitBlend(experts: readonly Scores[], labels: Int32Array, classes: number): number[] {
  const weights = experts.map(() => 0);
  let kept = [...experts.keys()];
  while (kept.length > 0) {
    const start = kept.map(() => 1 / experts.length);
    const chosen = kept.map((expert) => experts[expert]!);
    const fitted = leastLoss(chosen, labels, classes, start);
    const least = Math.min(...fitted);
    if (!(least < 0) || kept.length === 1) {
      for (const [i, expert] of kept.entries()) weights[expert] = fitted[i]!;
      if (kept.length === 1) weights[kept[0]!] = Math.max(LEAST_ALONE, least);
      break;
    }
    const harmful = fitted.indexOf(least);
    kept = kept.filter((_, i) => i !== harmful);
  }
  return weights;
}

/** The weights of least loss, of whatever sign. */
function leastLoss(
  experts: readonly Scores[],
  labels: Int32Array,
  classes: number,
  start: readonly number[],
): readonly number[] {
  let weights = start;
  let loss = penalizedLoss(experts, labels, classes, weights, start);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const { gradient, hessian } = derivatives(experts, labels, classes, weights, start);
    const direction = solve(hessian, gradient);
    let step = 1;
    let next = weights;
    let nextLoss = loss;
    for (; step > 1e-4; step /= 2) {
      next = weights.map((weight, e) => weight - step * direction[e]!);
      nextLoss = penalizedLoss(experts, labels, classes, next, start);
      if (nextLoss < loss) break;
    }
    if (!(nextLoss < loss - 1e-9 * Math.abs(loss))) break;
    weights = next;
    loss = nextLoss;
  }
  return weights;
}

/** Σ weight · scores. */
export function blend(experts: readonly Scores[], weights: readonly number[]): Float32Array {
  const sum = new Float32Array(experts[0]?.length ?? 0);
  experts.forEach((scores, e) => {
    const weight = weights[e]!;
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * scores[i]!;
  });
  return sum;
}

function penalizedLoss(
  experts: readonly Scores[],
  labels: Int32Array,
  classes: number,
  weights: readonly number[],
  start: readonly number[],
): number {
  const logits = blend(experts, weights);
  let loss = weights.reduce((sum, weight, e) => sum + (RIDGE / 2) * (weight - start[e]!) ** 2, 0);
  labels.forEach((label, row) => {
    if (label < 0 || label >= classes) return;
    loss += logSumExp(logits, row * classes, classes) - logits[row * classes + label]!;
  });
  return loss;
}

function logSumExp(values: Float32Array, start: number, count: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) largest = Math.max(largest, values[start + k]!);
  let total = 0;
  for (let k = 0; k < count; k++) total += Math.exp(values[start + k]! - largest);
  return largest + Math.log(total);
}

/** Gradient Σ (E_p[s] − s_label) and Hessian Σ Cov_p(s, s′) of the loss by the experts' weights. */
function derivatives(
  experts: readonly Scores[],
  labels: Int32Array,
  classes: number,
  weights: readonly number[],
  start: readonly number[],
): { gradient: number[]; hessian: number[][] } {
  const probabilities = softmaxRows(blend(experts, weights), classes);
  const gradient = weights.map((weight, e) => RIDGE * (weight - start[e]!));
  const hessian = weights.map((_, e) => weights.map((__, f) => (e === f ? RIDGE : 0)));
  labels.forEach((label, row) => {
    if (label < 0 || label >= classes) return;
    const from = row * classes;
    const means = experts.map((scores) => {
      let mean = 0;
      for (let k = 0; k < classes; k++) mean += probabilities[from + k]! * scores[from + k]!;
      return mean;
    });
    experts.forEach((scores, e) => {
      gradient[e]! += means[e]! - scores[from + label]!;
      for (let f = 0; f <= e; f++) {
        let product = 0;
        for (let k = 0; k < classes; k++) {
          product += probabilities[from + k]! * (scores[from + k]! - means[e]!) * (experts[f]![from + k]! - means[f]!);
        }
        hessian[e]![f]! += product;
        if (f < e) hessian[f]![e]! += product;
      }
    });
  });
  return { gradient, hessian };
}

/** Solves a small positive definite system by Gaussian elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let below = pivot + 1; below < size; below++) {
      const factor = rows[below]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[below]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const known = rows[i]!.slice(i + 1, size).reduce((sum, value, j) => sum + value * solution[i + 1 + j]!, 0);
    solution[i] = (rows[i]![size]! - known) / rows[i]![i]!;
  }
  return solution;
}
