import type { Collect } from '../../collect/collect.js';
import type { Datasets } from '../../datasets/service.js';
import type { Queries } from '../../platform/database/database.js';
import type { Jobs } from '../../platform/jobs/queue.js';
import type { Registry } from '../../registry/registry.js';
import { findRun, runOf } from '../../runs/store.js';
import type { EmbeddingJob } from '../../similarity/embedding-job.js';
import type { Training } from '../../training/training.js';
import type { PipelineDefinition } from '../definition.js';
import { checkStep } from './check-step.js';
import { collectStep } from './collect-step.js';
import { evaluateStep } from './evaluate-step.js';
import { gateStep } from './gate-step.js';
import { indexStep } from './index-step.js';
import { type LearnInput, type LearnOutputs, learnInput } from './outputs.js';
import { promoteStep } from './promote-step.js';
import { snapshotStep } from './snapshot-step.js';
import { trainStep } from './train-step.js';

export interface LearnOptions {
  db: Queries;
  jobs: Jobs;
  collect: Collect;
  datasets: Datasets;
  training: Training;
  registry: Registry;
  embedding: EmbeddingJob;
}

/** From a shop’s site, or its catalogue, or a data set, to a better model in production and its index. */
export function learnPipeline(options: LearnOptions): PipelineDefinition<LearnInput, LearnOutputs> {
  const { db, jobs, collect, datasets, training, registry, embedding } = options;
  return {
    kind: 'learn',
    input: learnInput,
    titleOf: ({ task, site, dataset }) => `Learn ${task} from ${site ?? dataset ?? 'the catalogue'}`,
    keyOf: ({ task }) => `learn ${task}`,
    async check({ task, site, dataset, config }) {
      await training.check({ task, config });
      if (site !== undefined) await collect.get(site);
      if (dataset !== undefined) await datasets.get(dataset);
    },
    steps: [
      collectStep(collect, jobs),
      snapshotStep(datasets, jobs),
      checkStep(datasets),
      trainStep(training, async (id) => runOf(await findRun(db, id))),
      evaluateStep(registry),
      gateStep(),
      promoteStep(registry),
      indexStep(embedding, jobs),
    ],
  };
}
