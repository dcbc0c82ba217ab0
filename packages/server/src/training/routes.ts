import { tasks } from '@vitrine/models';
import type { Audit } from '../accounts/audit.js';
import type { Route } from '../http/router.js';
import * as api from './api.js';
import { configJsonSchema } from './config.js';
import type { Training } from './training.js';

export interface TrainingRoutes {
  audit: Audit;
  training: Training;
}

export function trainingRoutes(route: Route, { audit, training }: TrainingRoutes): void {
  route(api.listTasks, () =>
    [...tasks.values()].map((task) => ({
      name: task.name,
      title: task.title,
      metric: task.metric,
      configSchema: configJsonSchema(task),
    })),
  );
  route(api.startRun, async ({ body, caller }) => {
    const run = await training.start({ ...body, anyFile: caller.via === 'local' }, caller.name);
    await audit.record(caller, 'run.start', `#${run.number}`, { task: run.task, dataset: run.dataset });
    return run;
  });
  route(api.cancelRun, async ({ params, caller }) => {
    const run = await training.cancel(params.id);
    await audit.record(caller, 'run.cancel', `#${run.number}`);
    return run;
  });
  route(api.resumeRun, ({ params, caller }) => training.resume(params.id, caller.name));
  route(api.deleteRun, async ({ params, caller }) => {
    await training.remove(params.id);
    await audit.record(caller, 'run.delete', params.id);
  });
}
