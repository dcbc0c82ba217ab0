import type { Collect } from '../../collect/collect.js';
import type { Report } from '../../collect/report.js';
import type { Jobs } from '../../platform/jobs/queue.js';
import type { LearnStep } from './outputs.js';
import { resultOf } from './waiting.js';

/** Collects a shop's site, or goes on with its crawl. */
export function collectStep(collect: Pick<Collect, 'start'>, jobs: Pick<Jobs, 'get' | 'cancel'>): LearnStep<'collect'> {
  return {
    ...{ name: 'collect', title: 'Collect the site', needs: [] },
    skip: ({ site }) => (site === undefined ? 'No site was named.' : undefined),
    async run({ input, signal, progress, log, link, lasting }) {
      const { site = '' } = input;
      await link({ kind: 'site', id: site, title: site });
      const report = await lasting(
        async () => (await collect.start(site, null)).id,
        (id) => resultOf<Report>(jobs, id, { signal, progress }, 'The crawl'),
      );
      const { pages, failed, products, new: added, changed, gone } = report;
      await log(`${products} products on ${pages} pages: ${added} new, ${changed} changed, ${gone} gone.`);
      if (failed > 0) await log(`${failed} pages failed.`, 'warn');
      return { pages, failed, products, new: added, changed, gone };
    },
    cancel: (job) => jobs.cancel(job),
  };
}
