import type { Datasets } from '../../datasets/service.js';
import type { Jobs } from '../../platform/jobs/queue.js';
import { CATALOGUE_DATASET, type LearnStep } from './outputs.js';
import { resultOf } from './waiting.js';

/** Makes a data set of the catalogue as it stands. */
export function snapshotStep(
  datasets: Pick<Datasets, 'startCatalogue'>,
  jobs: Pick<Jobs, 'get' | 'cancel'>,
): LearnStep<'snapshot'> {
  return {
    ...{ name: 'snapshot', title: 'Make a data set', needs: ['collect'] },
    skip: ({ dataset }) => (dataset === undefined ? undefined : `The data set ${dataset} is there.`),
    async run({ signal, progress, log, link, lasting }) {
      const dataset = CATALOGUE_DATASET;
      const { rows, rejected } = await lasting(
        async (id) => (await datasets.startCatalogue(dataset, null, id)).id,
        (id) => resultOf<{ rows: number; rejected: number }>(jobs, id, { signal, progress }, 'The import'),
      );
      await link({ kind: 'dataset', id: dataset, title: dataset });
      await log(`${rows} products of the catalogue.`);
      if (rejected > 0) await log(`${rejected} were left out.`, 'warn');
      return { dataset, rows };
    },
    cancel: (job) => jobs.cancel(job),
  };
}
