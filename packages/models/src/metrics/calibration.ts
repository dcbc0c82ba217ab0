import type { Scored } from './classification.js';

export interface ReliabilityBin {
  readonly count: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** Top-class probabilities against how often they were right, in equal-width bins. */
export function reliability({ probabilities, labels, classes }: Scored, bins = 15): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, correct: 0 }));
  labels.forEach((label, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (probabilities[i * classes + k]! > probabilities[i * classes + best]!) best = k;
    const confidence = probabilities[i * classes + best]!;
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!;
    bin.count += 1;
    bin.confidence += confidence;
    bin.correct += best === label ? 1 : 0;
  });
  return sums.map(({ count, confidence, correct }) => ({
    count,
    confidence: count ? confidence / count : 0,
    accuracy: count ? correct / count : 0,
  }));
}

/** Expected calibration error of the top class over 15 equal-width bins (Guo et al. 2017, eq. 3). */
export function expectedCalibrationError(scored: Scored, bins = 15): number {
  const total = scored.labels.length;
  if (total === 0) return 0;
  return reliability(scored, bins).reduce(
    (sum, { count, confidence, accuracy }) => sum + (count / total) * Math.abs(confidence - accuracy),
    0,
  );
}

/**
 * The calibration error that a model of these confidences would show on as many examples by chance, were it calibrated
 * perfectly: what is right in a bin scatters around its confidence by Σ p(1 − p), and a normal variable lies √(2/π)
 * deviations from its mean on average. On few examples most of the measured error can be this.
 */
export function calibrationErrorByChance({ probabilities, labels, classes }: Scored, bins = 15): number {
  const variances = new Float64Array(bins);
  labels.forEach((_, i) => {
    const confidence = Math.max(...probabilities.subarray(i * classes, (i + 1) * classes));
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    variances[bin]! += confidence * (1 - confidence);
  });
  const scatter = variances.reduce((sum, variance) => sum + Math.sqrt((2 / Math.PI) * Math.max(0, variance)), 0);
  return labels.length === 0 ? 0 : scatter / labels.length;
}

/** Mean negative log-likelihood in nats; a probability below 1e-12 counts as 1e-12. */
export function negativeLogLikelihood({ probabilities, labels, classes }: Scored): number {
  if (labels.length === 0) return 0;
  const total = labels.reduce(
    (sum, label, i) => sum - Math.log(Math.max(1e-12, probabilities[i * classes + label]!)),
    0,
  );
  return total / labels.length;
}

/** Mean squared distance between the probabilities and the truth, in [0, 2] (Brier 1950). */
export function brierScore({ probabilities, labels, classes }: Scored): number {
  if (labels.length === 0) return 0;
  let total = 0;
  probabilities.forEach((p, at) => {
    const truth = labels[Math.floor(at / classes)] === at % classes ? 1 : 0;
    total += (p - truth) ** 2;
  });
  return total / labels.length;
}
