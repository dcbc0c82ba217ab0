import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, negativeLogLikelihood } from '../metrics/calibration.js';
import { softmaxRows } from '../metrics/softmax.js';
import { blend, fitBlend } from './blend.js';

const CLASSES = 4;

/** Labels drawn from softmax(logits): these logits are calibrated by construction. */
function world(rows: number) {
  const random = createRandom(3, 'world');
  const logits = Float32Array.from({ length: rows * CLASSES }, () => 2 * random.normal());
  const probabilities = softmaxRows(logits, CLASSES);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    let left = random.uniform();
    let label = 0;
    while (label < CLASSES - 1 && left > probabilities[row * CLASSES + label]!)
      left -= probabilities[row * CLASSES + label++]!;
    return label;
  });
  return { logits, labels, random };
}

describe('fitBlend', () => {
  it('with one expert finds the temperature that was applied to calibrated logits', () => {
    const { logits, labels } = world(4000);
    const [weight] = fitBlend([logits.map((logit) => logit * 5)], labels, CLASSES);
    expect(weight).toBeGreaterThan(0.185);
    expect(weight).toBeLessThan(0.215);
  });

  it('makes overconfident scores calibrated on examples it has not seen', () => {
    const { logits, labels } = world(8000);
    const sharp = logits.map((logit) => logit * 4);
    const half = 4000;
    const weights = fitBlend([sharp.subarray(0, half * CLASSES)], labels.subarray(0, half), CLASSES);
    const unseen = sharp.subarray(half * CLASSES);
    const error = (scores: Float32Array) =>
      expectedCalibrationError({
        classes: CLASSES,
        probabilities: softmaxRows(scores, CLASSES),
        labels: labels.subarray(half),
      });
    expect(error(unseen)).toBeGreaterThan(0.1);
    expect(error(blend([unseen], weights))).toBeLessThan(0.03);
  });

  it('gives two noisy views of the truth weight, and pure noise next to none', () => {
    const { logits, labels, random } = world(4000);
    const noisy = () => logits.map((logit) => logit + random.normal());
    const noise = logits.map(() => 2 * random.normal());
    const [first, second, none] = fitBlend([noisy(), noisy(), noise], labels, CLASSES) as [number, number, number];
    expect(first).toBeGreaterThan(0.25);
    expect(second).toBeGreaterThan(0.25);
    expect(Math.abs(none)).toBeLessThan(0.05);
  });

  it('is never worse than either expert alone on what it was fitted to', () => {
    const { logits, labels, random } = world(500);
    const experts = [
      logits.map((logit) => 3 * logit + random.normal()),
      logits.map((logit) => logit + 3 * random.normal()),
    ];
    const loss = (scores: Float32Array) =>
      negativeLogLikelihood({ classes: CLASSES, probabilities: softmaxRows(scores, CLASSES), labels });
    const together = loss(blend(experts, fitBlend(experts, labels, CLASSES)));
    for (const expert of experts)
      expect(together).toBeLessThan(loss(blend([expert], fitBlend([expert], labels, CLASSES))));
  });

  it('never turns an expert upside down, however wrong it is about a few examples', () => {
    const [weight] = fitBlend([Float32Array.of(20, 0)], Int32Array.of(1), 2);
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeLessThan(0.05);
  });

  it('leaves out an expert that does harm, and fits the other as if it were not there', () => {
    const { logits, labels } = world(400);
    const harmful = logits.map((logit) => -3 * logit);
    const [good, none] = fitBlend([logits, harmful], labels, CLASSES) as [number, number];
    expect(none).toBe(0);
    expect(good).toBeGreaterThan(0.8);
    expect(good).toBeLessThan(1.2);
  });

  it('keeps a little of the least harmful expert when all do harm', () => {
    const wrong = [Float32Array.of(20, 0), Float32Array.of(10, 0)];
    const weights = fitBlend(wrong, Int32Array.of(1), 2);
    expect(weights.filter((weight) => weight === 0)).toHaveLength(1);
    expect(weights.every((weight) => weight >= 0 && weight < 0.05)).toBe(true);
  });

  it('keeps equal weights when there is nothing to learn from', () => {
    expect(fitBlend([new Float32Array(0), new Float32Array(0)], new Int32Array(0), CLASSES)).toEqual([0.5, 0.5]);
    expect(fitBlend([Float32Array.of(1, 2, 3, 4)], Int32Array.of(-1), CLASSES)).toEqual([1]);
  });
});
