import {
  brierScore,
  calibrationErrorByChance,
  expectedCalibrationError,
  negativeLogLikelihood,
  reliability,
} from '../metrics/calibration.js';
import { argmaxRows, classificationReport, confusionMatrix, topKAccuracy } from '../metrics/classification.js';
import { softmaxRows } from '../metrics/softmax.js';
import type { Metrics } from '../task.js';

export interface Measured {
  readonly metrics: Metrics;
  readonly figures: Record<string, unknown>;
}

/** All metrics and figures of logits [examples × classes] against the true class numbers. */
export function measure(logits: Float32Array, labels: Int32Array, classes: readonly string[]): Measured {
  return measureProbabilities(softmaxRows(logits, classes.length), labels, classes);
}

/** As `measure`, from probabilities. */
export function measureProbabilities(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: readonly string[],
): Measured {
  const scored = { classes: classes.length, probabilities, labels };
  const matrix = confusionMatrix(labels, argmaxRows(probabilities, classes.length), classes.length);
  const { accuracy, macroF1, weightedF1, perClass } = classificationReport(matrix);
  return {
    metrics: {
      accuracy,
      macroF1,
      weightedF1,
      top3: topKAccuracy(scored, 3),
      top5: topKAccuracy(scored, 5),
      ece: expectedCalibrationError(scored),
      eceByChance: calibrationErrorByChance(scored),
      nll: negativeLogLikelihood(scored),
      brier: brierScore(scored),
      examples: labels.length,
    },
    figures: {
      confusion: { classes, matrix },
      perClass: { classes, metrics: perClass },
      reliability: reliability(scored),
    },
  };
}
