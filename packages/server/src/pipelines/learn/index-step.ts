import { VitrineError } from '@vitrine/models';
import type { Jobs } from '../../platform/jobs/queue.js';
import type { Embedded, EmbeddingJob } from '../../similarity/embedding-job.js';
import { type LearnStep, outputOf } from './outputs.js';
import { resultOf } from './waiting.js';

/** Has the catalogue's photos embedded by the new model, until searches are answered by it. */
export function indexStep(embedding: Pick<EmbeddingJob, 'start'>, jobs: Pick<Jobs, 'get'>): LearnStep<'index'> {
  return {
    ...{ name: 'index', title: 'Index the catalogue', needs: ['promote'] },
    skip({ task }, { promote }) {
      if (task !== 'similar') return `The task ${task} has no index.`;
      return promote ? undefined : 'The index stays: the version in production is the same.';
    },
    async run({ outputs, signal, progress, log, lasting }) {
      const { modelId } = outputOf(outputs, 'promote');
      const { embedded, failed, answers } = await lasting(
        async () => (await embedding.start(modelId)).id,
        (id) => resultOf<Embedded>(jobs, id, { signal, progress }, 'The embedding'),
      );
      if (!answers) throw new VitrineError('index.replaced', 'Another version went into production meanwhile.', 409);
      await log(`${embedded} photos are indexed.`);
      if (failed > 0) await log(`${failed} photos can’t be read.`, 'warn');
      return { embedded, failed };
    },
  };
}
