import type { Metrics, Task } from '../task.js';
import { type SimilarConfig, similarConfigSchema } from './config.js';
import { evaluateSimilar } from './evaluation/evaluate.js';
import { readPictures, requireSimilar } from './pictures.js';
import { openSimilar } from './predictor.js';
import { type SimilarInput, type SimilarOutput, similarInputSchema, similarOutputSchema } from './schema.js';
import { trainSimilar } from './train.js';

/** Which products look alike: pictures to vectors, learnt without labels. */
export const similar: Task<SimilarConfig, SimilarInput, SimilarOutput> = {
  name: 'similar',
  title: 'Find similar products',
  configSchema: similarConfigSchema,
  configFiles: ['weights'],
  inputSchema: similarInputSchema,
  outputSchema: similarOutputSchema,
  metric: { name: 'precisionAt10', direction: 'max' },
  objection,
  async prepare(snapshot) {
    requireSimilar(await readPictures(snapshot));
  },
  train: trainSimilar,
  evaluate: evaluateSimilar,
  open: openSimilar,
};

/**
 * Vectors that find less than those of an untrained network, or than the pixels, are of no use; and where the same network
 * finds more untrained, read out without titles, what the vectors find is owed to the edges, and the training has done harm.
 */
function objection(metrics: Metrics): string | undefined {
  const comparisons = [
    ['precisionAt10', 'pixelsPrecisionAt10', 'the pixels alone'],
    ['precisionAt10', 'untrainedPooledPrecisionAt10', 'an untrained network'],
    ['precisionAt10', 'untrainedPrecisionAt10', 'the same network untrained, read out without titles'],
    ['viewAccuracy', 'untrainedViewAccuracy', 'the same network untrained, read out without titles'],
  ] as const;
  for (const [name, other, what] of comparisons) {
    const [reached, beaten] = [metrics[name], metrics[other]];
    if (reached === undefined || beaten === undefined || reached >= beaten - chance(beaten, metrics.examples)) continue;
    return `This version finds less of what looks alike than ${what}: ${name} ${reached.toFixed(3)} against ${beaten.toFixed(3)}.`;
  }
  return undefined;
}

/** The standard error of a share over so many examples: by as much two versions differ that find equally well. */
function chance(share: number, examples = Number.POSITIVE_INFINITY): number {
  return Math.sqrt((share * (1 - share)) / examples);
}
