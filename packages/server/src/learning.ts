import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { trainerModule } from '@vitrine/models';
import { Images } from './catalogue/images.js';
import { purgeProducts } from './catalogue/products.js';
import { catalogueRoutes } from './catalogue/routes.js';
import type { Context, Feature } from './platform/context.js';
import { Registry } from './registry/registry.js';
import { registryRoutes } from './registry/routes.js';
import { keepFeedback } from './serving/feedback.js';
import { PredictionLog } from './serving/prediction-log.js';
import { servingRoutes } from './serving/routes.js';
import { ServedModels } from './serving/served-models.js';
import { trainingRoutes } from './training/routes.js';
import { RunNews } from './training/run-stream.js';
import type { Snapshots } from './training/snapshots.js';
import { Training } from './training/training.js';

/** Files of the processes and threads that know the tasks; tests give theirs. */
export interface TaskModules {
  trainer?: URL;
  predictor?: URL;
  evaluation?: URL;
}

export interface LearningOptions {
  /** Where the data sets' snapshots lie. */
  snapshots: Snapshots;
  modules?: TaskModules;
  /** False: models are checked and promoted, but none is held open (the command line without a server). */
  serveModels?: boolean;
}

/** The loop: catalogue → data set → run → model → predictions → corrections. */
export function learning({ snapshots, modules = {}, serveModels = true }: LearningOptions): Feature {
  return (context) => {
    const { db, blobs, jobs, audit, route, dataDir, version, log, metrics } = context;
    const threads = availableParallelism();
    const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
    const predictionLog = new PredictionLog(db, (error) => log.error({ err: error }, 'predictions can’t be logged'));
    const served = new ServedModels(1, {
      hold: serveModels,
      ...(modules.predictor ? { module: modules.predictor } : {}),
      onCrash: (error) => log.error({ err: error }, 'a model’s thread died'),
    });
    const registry = new Registry({
      ...{ db, blobs, served, snapshots, threads },
      ...(modules.evaluation ? { evaluationModule: modules.evaluation } : {}),
    });
    const news = new RunNews();
    const training = new Training({
      ...{ db, jobs, registry, snapshots, news, version, threads },
      directory: join(dataDir, 'runs'),
      trainerModule: modules.trainer ?? trainerModule,
    });

    catalogueRoutes(route, {
      db,
      images,
      keepFeedback: async (choice) => {
        await predictionLog.flush();
        await keepFeedback(db, choice);
      },
    });
    servingRoutes(route, {
      ...{ db, models: served, log: predictionLog },
      photo: (hash) => images.read(hash),
      onPrediction: (task, outcome, milliseconds) => {
        metrics.predictions.inc({ task, outcome });
        metrics.predictionSeconds.observe({ task }, milliseconds / 1000);
      },
    });
    registryRoutes(route, { db, jobs, audit, registry });
    trainingRoutes(route, { db, audit, training, news });

    start(context, { training, registry, serveModels });
    context.loadedModels = () => served.list();
    context.onClose(async () => {
      await served.close();
      await predictionLog.flush();
    });
  };
}

/** After the routes: what a start does before and beside answering. */
function start(
  context: Context,
  { training, registry, serveModels }: { training: Training; registry: Registry; serveModels: boolean },
): void {
  const { db, log, readiness } = context;
  let opened = !serveModels;
  readiness.set('models', () => opened);
  context.onStart(async () => {
    await purgeProducts(db);
    await training.reconcile();
    if (!serveModels) return;
    // Not waited for: the pages answer while models are opened and warmed.
    void registry
      .openProduction((model, error) =>
        log.error({ err: error, model: `${model.task}@${model.version}` }, 'model can’t be opened'),
      )
      .catch((error: unknown) => log.error({ err: error }, 'models can’t be opened'))
      .finally(() => {
        opened = true;
      });
  });
}
