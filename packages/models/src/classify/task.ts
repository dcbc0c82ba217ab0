import type { Task } from '../task.js';
import { type ClassifyConfig, classifyConfigSchema } from './config.js';
import { evaluate } from './evaluate.js';
import { readExamples } from './examples.js';
import { openClassifier } from './predictor.js';
import { type Classification, type ClassifyInput, classificationSchema, classifyInputSchema } from './schema.js';
import { kindOf, requireLearnable, trainClassifier } from './train.js';

/** Which category a listing belongs to, from its text, its photo, or both. */
export const classify: Task<ClassifyConfig, ClassifyInput, Classification> = {
  name: 'classify',
  title: 'Classify listings',
  configSchema: classifyConfigSchema,
  configFiles: ['model.weights'],
  inputSchema: classifyInputSchema,
  outputSchema: classificationSchema,
  metric: { name: 'accuracy', direction: 'max' },
  async prepare(snapshot, config) {
    const data = await readExamples(snapshot);
    requireLearnable(data, kindOf(data.examples, config));
  },
  train: trainClassifier,
  evaluate,
  open: openClassifier,
};
