import type { Task } from '../task.js';
import { type SimilarConfig, similarConfigSchema } from './config.js';
import { evaluateSimilar } from './evaluate.js';
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
  async prepare(snapshot) {
    requireSimilar(await readPictures(snapshot));
  },
  train: trainSimilar,
  evaluate: evaluateSimilar,
  open: openSimilar,
};
