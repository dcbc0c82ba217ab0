import { expect, it } from 'vitest';
import { apartFromBaselines } from './baselines';

it('takes the metrics of pixels and of untrained networks apart from the model’s own', () => {
  const metrics = { precisionAt10: 0.6, pixelsPrecisionAt10: 0.4, pixelsKnnAccuracy: 0.5, untrainedPrecisionAt10: 0.3 };
  const others = { untrainedPooledPrecisionAt10: 0.2, untrainedTitledKnnAccuracy: 0.7 };
  const { own, baselines } = apartFromBaselines({ ...metrics, ...others, examples: 80, top3: 0.9 });
  expect(own).toEqual({ precisionAt10: 0.6, examples: 80, top3: 0.9 });
  expect(baselines.map(({ name, metrics: values }) => [name, values])).toEqual([
    ['pixels', { precisionAt10: 0.4, knnAccuracy: 0.5 }],
    ['untrained', { precisionAt10: 0.3 }],
    ['untrainedPooled', { precisionAt10: 0.2 }],
    ['untrainedTitled', { knnAccuracy: 0.7 }],
  ]);
});
