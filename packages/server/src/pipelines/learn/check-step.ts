import type { Datasets } from '../../datasets/service.js';
import { datasetOf, type LearnStep } from './outputs.js';

/** Looks through the data for what makes models worse; what it finds goes into the log, and stops nothing. */
export function checkStep(datasets: Pick<Datasets, 'check'>): LearnStep<'check'> {
  return {
    ...{ name: 'check', title: 'Check the data', needs: ['snapshot'] },
    async run({ input, log, link }) {
      const name = datasetOf(input);
      await link({ kind: 'dataset', id: name, title: name });
      const { rows, problems } = await datasets.check(name);
      await log(`${rows} rows, ${problems.length === 0 ? 'nothing to complain of' : 'with these doubts:'}`);
      for (const { message, count, examples } of problems)
        await log(`${count} × ${message} ${examples.slice(0, 3).join(', ')}`.trim(), 'warn');
      return { rows, problems: problems.map(({ code, count }) => ({ code, count })) };
    },
  };
}
