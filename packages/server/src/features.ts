import { collectFeature } from './collect/feature.js';
import type { Feature } from './context.js';
import { datasetFeature } from './datasets/feature.js';
import { learning } from './learning.js';
import { pipelineFeature } from './pipelines/feature.js';
import { scheduleFeature } from './schedules/feature.js';
import { similarityFeature } from './similarity/feature.js';

/** The capabilities above the platform, in the order they are wired. */
export const features: readonly Feature[] = [
  datasetFeature,
  learning,
  similarityFeature,
  collectFeature,
  pipelineFeature,
  scheduleFeature,
];
