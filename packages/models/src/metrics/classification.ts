/** What was predicted for each example: probabilities [examples × classes] and the true class numbers [examples]. */
export interface Scored {
  readonly classes: number;
  readonly probabilities: Float32Array;
  readonly labels: Int32Array;
}

export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Examples of the class. */
  readonly support: number;
}

export interface ClassificationReport {
  readonly accuracy: number;
  /** Mean F1 of the classes that occur as label or prediction. */
  readonly macroF1: number;
  /** Mean F1 weighted by support. */
  readonly weightedF1: number;
  readonly perClass: readonly ClassMetrics[];
}

/** The most probable class of each example; of equals the first. */
export function argmaxRows(scores: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (scores[row * classes + k]! > scores[row * classes + best]!) best = k;
    return best;
  });
}

/** Counts [classes][classes]: rows are true classes, columns predicted ones. */
export function confusionMatrix(labels: Int32Array, predicted: Int32Array, classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    matrix[label]![predicted[i]!]! += 1;
  });
  return matrix;
}

/** Accuracy, precision, recall and F1 from a confusion matrix; a ratio without cases counts as 0, as in scikit-learn. */
export function classificationReport(matrix: readonly (readonly number[])[]): ClassificationReport {
  const columns = matrix.map((_, k) => matrix.reduce((total, row) => total + row[k]!, 0));
  const perClass = matrix.map((row, k): ClassMetrics => {
    const support = row.reduce((total, count) => total + count, 0);
    const correct = row[k]!;
    return {
      precision: ratio(correct, columns[k]!),
      recall: ratio(correct, support),
      f1: ratio(2 * correct, support + columns[k]!),
      support,
    };
  });
  const total = perClass.reduce((sum, { support }) => sum + support, 0);
  const occurring = perClass.filter(({ support }, k) => support + columns[k]! > 0);
  return {
    accuracy: ratio(
      matrix.reduce((sum, row, k) => sum + row[k]!, 0),
      total,
    ),
    macroF1: ratio(
      occurring.reduce((sum, { f1 }) => sum + f1, 0),
      occurring.length,
    ),
    weightedF1: ratio(
      perClass.reduce((sum, { f1, support }) => sum + f1 * support, 0),
      total,
    ),
    perClass,
  };
}

/** The fraction of examples whose class is among the `k` most probable; ties count in favour of the lower class. */
export function topKAccuracy({ probabilities, labels, classes }: Scored, k: number): number {
  const hits = labels.reduce((count, label, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const own = row[label]!;
    let above = 0;
    row.forEach((p, other) => {
      if (p > own || (p === own && other < label)) above++;
    });
    return count + (above < k ? 1 : 0);
  }, 0);
  return ratio(hits, labels.length);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
