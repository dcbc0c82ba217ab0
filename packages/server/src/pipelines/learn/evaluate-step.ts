import { comparisonText } from '../../registry/gate.js';
import type { Registry } from '../../registry/registry.js';
import { type LearnStep, outputOf } from './outputs.js';

/** Measures the model in production on the new one's test split. */
export function evaluateStep(registry: Pick<Registry, 'compare'>): LearnStep<'evaluate'> {
  return {
    ...{ name: 'evaluate', title: 'Compare with production', needs: ['train'] },
    async run({ outputs, signal, progress, log }) {
      const { modelId } = outputOf(outputs, 'train');
      const onProgress = (fraction: number) => progress({ fraction, message: 'Measuring the version in production' });
      const comparison = await registry.compare(modelId, { signal, onProgress });
      signal.throwIfAborted();
      await log(`${comparisonText(comparison)}.`);
      return comparison;
    },
  };
}
