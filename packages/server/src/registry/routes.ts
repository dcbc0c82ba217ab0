import { z } from 'zod';
import type { Audit } from '../accounts/audit.js';
import type { Route } from '../http/router.js';
import type { Queries } from '../platform/database/database.js';
import type { Jobs } from '../platform/jobs/queue.js';
import * as api from './api.js';
import { findModel, listModels, type Model } from './model-store.js';
import type { Registry } from './registry.js';

export interface RegistryRoutes {
  db: Queries;
  jobs: Jobs;
  audit: Audit;
  registry: Registry;
}

const nameOf = ({ task, version }: Model) => `${task}@${version}`;

export function registryRoutes(route: Route, { db, jobs, audit, registry }: RegistryRoutes): void {
  const evaluation = jobs.define({
    kind: 'evaluate',
    input: z.object({ model: z.string(), dataset: z.string(), split: z.enum(['train', 'validation', 'test', 'all']) }),
    handler: ({ input: { model, ...data }, signal, progress }) =>
      registry.evaluate(model, data, {
        signal,
        onProgress: (fraction) => progress({ fraction, message: 'Measuring' }),
      }),
  });

  route(api.listModels, ({ query }) => listModels(db, query));
  route(api.getModel, ({ params }) => registry.get(params.id));
  route(api.promoteModel, async ({ params, body: { force }, caller }) => {
    const model = await registry.promote(params.id, { by: caller.name, force });
    await audit.record(caller, 'model.promote', nameOf(model), { force });
    return model;
  });
  route(api.rollbackModel, async ({ params, caller }) => {
    const model = await registry.rollback(params.task, caller.name);
    await audit.record(caller, 'model.rollback', nameOf(model));
    return model;
  });
  route(api.deleteModel, async ({ params, caller }) => {
    const model = await registry.remove(params.id);
    await audit.record(caller, 'model.delete', nameOf(model));
  });
  route(api.locateModel, ({ params }) => registry.locate(params.id));
  route(api.importModel, async ({ body, caller }) => {
    const model = await registry.import(body.path);
    await audit.record(caller, 'model.import', nameOf(model));
    return model;
  });
  route(api.evaluateModel, async ({ params, body, caller }) => {
    const { id } = await findModel(db, params.id);
    await registry.checkDataset(body.dataset);
    return evaluation.start({ model: id, ...body }, caller.userId);
  });
}
