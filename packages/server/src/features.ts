import type { Accounts } from './accounts/accounts.js';
import { accountRoutes } from './accounts/routes.js';
import { collectFeature } from './collect/feature.js';
import type { Context } from './context.js';
import { datasetFeature } from './datasets/feature.js';
import { jobRoutes } from './jobs/routes.js';
import { learning } from './learning.js';
import { monitoringRoutes } from './monitoring/routes.js';
import { pipelineFeature } from './pipelines/feature.js';
import type { SampleShopOrder } from './sample-shop/sample-shop.js';
import { scheduleFeature } from './schedules/feature.js';
import { setupRoutes } from './setup/routes.js';
import { similarityFeature } from './similarity/feature.js';

export interface FeatureOptions {
  accounts: Accounts;
  /** Bearer token that reads `/metrics` from other machines; without one, only this machine may. */
  metricsToken: string | undefined;
  /** Whether an empty catalogue gets the sample shop, and how, where it is not the usual. */
  wantsSampleShop: boolean | Partial<SampleShopOrder>;
}

/** Wires the capabilities above the platform, in an order that gives each what it needs of the others. */
export async function registerFeatures(context: Context, options: FeatureOptions): Promise<void> {
  const { route, jobs, audit } = context;
  const { accounts, metricsToken, wantsSampleShop } = options;
  accountRoutes(route, { accounts, audit });
  jobRoutes(route, jobs);
  monitoringRoutes(context, metricsToken);
  const datasets = datasetFeature(context);
  const { registry, training, sampleShop } = learning(context, datasets, wantsSampleShop);
  setupRoutes(route, { accounts, sampleShop });
  const embedding = await similarityFeature(context, registry);
  const collect = collectFeature(context);
  pipelineFeature(context, { datasets, collect, training, registry, embedding });
  scheduleFeature(context);
}
