import { createRandom } from '@vitrine/grad';
import { describe, expect, it } from 'vitest';
import { argmaxRows } from '../../../../metrics/classification.js';
import { softmaxRows } from '../../../../metrics/softmax.js';
import { type SparseRows, SparseRowsBuilder } from '../../encoding/sparse.js';
import { trainRegressionInThread } from './regression-thread.js';
import { logitsOf, type RegressionProblem, trainRegression } from './softmax-regression.js';

const CLASSES = 3;
const FEATURES = 12;

/** Rows of three classes: four features of their own each, one of which is always there, and noise from all. */
function problem(count: number, epochs: number): RegressionProblem {
  const random = createRandom(5, 'rows');
  const labels = new Int32Array(new SharedArrayBuffer(4 * count));
  const builder = new SparseRowsBuilder(count);
  for (let row = 0; row < count; row++) {
    const label = random.integer(CLASSES);
    labels[row] = label;
    builder.push(4 * label + random.integer(4), 1);
    builder.push(random.integer(FEATURES), 0.5);
    builder.endWords();
    builder.endRow();
  }
  return { features: FEATURES, classes: CLASSES, rows: builder.finish(), labels, cost: 2, epochs, seed: 1 };
}

function finish(problem: RegressionProblem) {
  const training = trainRegression(problem);
  let step = training.next();
  while (!step.done) step = training.next();
  return step.value;
}

/** ½‖W‖² + C Σ −log softmax(W x)[label], the bias being a weight like the others. */
function objective({ rows, labels, cost }: RegressionProblem, weight: Float32Array): number {
  const probabilities = softmaxRows(logitsOf({ classes: CLASSES, weight }, rows), CLASSES);
  const size = weight.reduce((sum, each) => sum + each ** 2, 0) / 2;
  return labels.reduce((sum, label, row) => sum - cost * Math.log(probabilities[row * CLASSES + label]!), size);
}

describe('trainRegression', () => {
  it('finds the minimum of the objective: every nearby point is worse', () => {
    const given = problem(200, 60);
    const { weight } = finish(given);
    const best = objective(given, weight);
    for (let at = 0; at < weight.length; at++) {
      for (const change of [-0.02, 0.02]) {
        const moved = weight.slice();
        moved[at]! += change;
        expect(objective(given, moved)).toBeGreaterThan(best);
      }
    }
  });

  it('separates what can be separated', () => {
    const given = problem(300, 5);
    const predicted = argmaxRows(logitsOf(finish(given), given.rows), CLASSES);
    const right = predicted.filter((guess, row) => guess === given.labels[row]).length;
    expect(right / 300).toBeGreaterThan(0.95);
  });

  it('leaves rows of class −1 out', () => {
    const given = problem(60, 3);
    const masked = Int32Array.from(given.labels, (label, row) => (row < 30 ? label : -1));
    const firstHalf: SparseRows = {
      ...given.rows,
      offsets: given.rows.offsets.slice(0, 31),
      middles: given.rows.middles.slice(0, 30),
    };
    const halved = finish({ ...given, rows: firstHalf, labels: given.labels.slice(0, 30) });
    expect(finish({ ...given, labels: masked }).weight).toEqual(halved.weight);
  });

  it('gives the same in a thread, telling its epochs, and stops when cancelled', async () => {
    const given = problem(100, 4);
    const epochs: number[] = [];
    const { signal } = new AbortController();
    const model = await trainRegressionInThread(given, { signal, onEpoch: (epoch) => epochs.push(epoch) });
    expect(model.weight).toEqual(finish(given).weight);
    expect(epochs).toEqual([1, 2, 3, 4]);
    const reason = new Error('cancelled');
    const endless = trainRegressionInThread(
      { ...given, epochs: 1e9 },
      { signal: AbortSignal.any([AbortSignal.abort(reason)]) },
    );
    await expect(endless).rejects.toBe(reason);
  });
});
