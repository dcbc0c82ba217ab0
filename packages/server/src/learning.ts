import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { trainerModule } from '@vitrine/models';
import { Images } from './catalogue/images.js';
import { purgeProducts } from './catalogue/products.js';
import { catalogueRoutes } from './catalogue/routes.js';
import type { Context, Feature } from './context.js';
import type { Snapshots } from './datasets/snapshots.js';
import { Housekeeping } from './platform/housekeeping.js';
import { News } from './platform/news.js';
import { Registry } from './registry/registry.js';
import { registryRoutes } from './registry/routes.js';
import { runRoutes } from './runs/routes.js';
import { retrySampleShop } from './sample-shop/api.js';
import { SampleShop } from './sample-shop/sample-shop.js';
import { keepFeedback } from './serving/feedback.js';
import { PredictionLog, prunePredictions } from './serving/prediction-log.js';
import { servingRoutes } from './serving/routes.js';
import { ServedModels } from './serving/served-models.js';
import { weightsFolder } from './training/config-files.js';
import { trainingRoutes } from './training/routes.js';
import { SharedCheckpoints } from './training/shared-checkpoints.js';
import { Training } from './training/training.js';
import { trainingSchedule } from './training/training-schedule.js';

const HOUSEKEEPING_MS = 6 * 3_600_000;

/** What the loop's routes and chores work with. */
interface Loop {
  images: Images;
  predictionLog: PredictionLog;
  served: ServedModels;
  registry: Registry;
  training: Training;
  sampleShop: SampleShop;
  news: News;
  snapshots: Snapshots;
}

/** The loop: catalogue → data set → run → model → predictions → corrections. */
export const learning: Feature = (context) => {
  const loop = openLoop(context);
  const { served, predictionLog, registry, training, sampleShop } = loop;
  Object.assign(context.services, { registry, training });
  register(context, loop);
  context.schedules.define(trainingSchedule(training, loop.snapshots));
  context.sampleShop = () => sampleShop.state();
  context.loadedModels = () => served.list();
  context.onClose(async () => {
    await served.close();
    await predictionLog.flush();
  });
  start(context, loop);
};

function openLoop(context: Context): Loop {
  const { db, blobs, jobs, dataDir, version, log, servesModels } = context;
  const { trainer, predictor, evaluation } = context.taskModules;
  // Asked for late: the data sets' feature sets it.
  const snapshots: Snapshots = {
    latest: (dataset) => context.snapshots.latest(dataset),
    byHash: (hash) => context.snapshots.byHash(hash),
  };
  const threads = availableParallelism();
  const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
  const predictionLog = new PredictionLog(db, (error) => log.error({ err: error }, 'predictions can’t be logged'));
  const served = new ServedModels(1, {
    // The index of the catalogue's photos holds its own: it answers by the old one until the new one has seen them all.
    holds: (task) => servesModels && task !== 'similar',
    ...(predictor ? { module: predictor } : {}),
    onCrash: (error) => log.error({ err: error }, 'a model’s thread died'),
  });
  const registry = new Registry({
    ...{ db, blobs, served, snapshots, threads },
    ...(evaluation ? { evaluationModule: evaluation } : {}),
  });
  const news = new News();
  const training = new Training({
    ...{ db, jobs, registry, snapshots, news, version, threads },
    checkpoints: new SharedCheckpoints(blobs),
    onFault: (error) => log.warn({ err: error }, 'a run’s checkpoint can’t be shared'),
    directory: join(dataDir, 'runs'),
    weights: join(dataDir, weightsFolder),
    trainerModule: trainer ?? trainerModule,
  });
  const sampleShop = new SampleShop({
    ...{ db, jobs, images, training },
    snapshotCatalogue: (name) => context.snapshotCatalogue(name),
    order: typeof context.wantsSampleShop === 'object' ? context.wantsSampleShop : undefined,
  });
  return { images, predictionLog, served, registry, training, sampleShop, news, snapshots };
}

function register({ db, jobs, audit, route, metrics }: Context, loop: Loop): void {
  const { images, predictionLog, served, registry, training, sampleShop, news } = loop;
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
  runRoutes(route, { db, news });
  trainingRoutes(route, { audit, training });
  route(retrySampleShop, ({ caller }) => sampleShop.retry(caller.userId));
}

/** After the routes: what a start does before and beside answering. */
function start(
  context: Context,
  { training, registry, sampleShop }: Pick<Loop, 'training' | 'registry' | 'sampleShop'>,
): void {
  const { db, log, readiness, servesModels, wantsSampleShop, predictionDays } = context;
  let opened = !servesModels;
  readiness.set('models', () => opened);
  const housekeeping = new Housekeeping((chore, error) => log.error({ err: error, chore }, 'housekeeping failed'));
  housekeeping.add('products', () => purgeProducts(db));
  housekeeping.add('runs', () => training.sweep());
  if (predictionDays > 0) housekeeping.add('predictions', () => prunePredictions(db, predictionDays));
  context.onClose(() => housekeeping.close());
  const production = registry.production((model, error) =>
    log.error({ err: error, model: `${model.task}@${model.version}` }, 'model can’t be opened'),
  );
  context.onClose(() => production.close());
  context.onStart(async () => {
    await housekeeping.begin(HOUSEKEEPING_MS);
    await training.reconcile();
    if (wantsSampleShop) await sampleShop.begin();
    if (!servesModels) return;
    // Not waited for: the pages answer while models are opened and warmed.
    void production
      .watch()
      .catch((error: unknown) => log.error({ err: error }, 'models can’t be opened'))
      .finally(() => {
        opened = true;
      });
  });
}
