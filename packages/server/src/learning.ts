import { join } from 'node:path';
import { trainerModule } from '@vitrine/models';
import { Images } from './catalogue/images.js';
import { purgeProducts } from './catalogue/products.js';
import { catalogueRoutes } from './catalogue/routes.js';
import type { Context } from './context.js';
import type { Datasets } from './datasets/service.js';
import { Housekeeping } from './platform/housekeeping.js';
import { News } from './platform/news.js';
import { Registry } from './registry/registry.js';
import { registryRoutes } from './registry/routes.js';
import { runRoutes } from './runs/routes.js';
import { SampleShop, type SampleShopOrder } from './sample-shop/sample-shop.js';
import { keepFeedback } from './serving/feedback.js';
import { PredictionLog, prunePredictions } from './serving/prediction-log.js';
import { servingRoutes } from './serving/routes.js';
import { ServedModels } from './serving/served-models.js';
import { weightsFolder } from './training/config-files.js';
import { neededSnapshots } from './training/retention.js';
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
}

/** The loop: catalogue → data set → run → model → predictions → corrections. */
export function learning(
  context: Context,
  datasets: Datasets,
  wantsSampleShop: boolean | Partial<SampleShopOrder>,
): Pick<Loop, 'registry' | 'training' | 'sampleShop'> {
  const order = typeof wantsSampleShop === 'object' ? wantsSampleShop : undefined;
  const loop = openLoop(context, datasets, order);
  const { served, predictionLog, training, sampleShop } = loop;
  register(context, loop);
  context.schedules.define(trainingSchedule(training, datasets));
  context.modelHolders.push(() => served.list());
  context.onClose(async () => {
    await served.close();
    await predictionLog.flush();
  });
  start(context, loop, datasets);
  if (wantsSampleShop) context.onStart(() => sampleShop.begin());
  return loop;
}

function openLoop(context: Context, datasets: Datasets, order: Partial<SampleShopOrder> | undefined): Loop {
  const { db, blobs, jobs, dataDir, version, log, servesModels, engine } = context;
  const { trainer, predictor, evaluation } = context.taskModules;
  const images = new Images(db, blobs, join(dataDir, 'cache', 'images'));
  const predictionLog = new PredictionLog(db, (error) => log.error({ err: error }, 'predictions can’t be logged'));
  const served = new ServedModels(engine.answers, {
    // The index of the catalogue's photos holds its own: it answers by the old one until the new one has seen them all.
    holds: (task) => servesModels && task !== 'similar',
    ...(predictor ? { module: predictor } : {}),
    onCrash: (error) => log.error({ err: error }, 'a model’s thread died'),
  });
  const registry = new Registry({
    ...{ db, blobs, served, snapshots: datasets, engine: engine.lists },
    ...(evaluation ? { evaluationModule: evaluation } : {}),
  });
  const news = new News();
  const training = new Training({
    ...{ db, jobs, registry, snapshots: datasets, news, version, engine },
    checkpoints: new SharedCheckpoints(blobs),
    onFault: (error) => log.warn({ err: error }, 'a run’s checkpoint can’t be shared'),
    directory: join(dataDir, 'runs'),
    weights: join(dataDir, weightsFolder),
    trainerModule: trainer ?? trainerModule,
  });
  const sampleShop = new SampleShop({
    ...{ db, jobs, images, training, order },
    snapshotCatalogue: (name) => datasets.startCatalogue(name, null),
  });
  return { images, predictionLog, served, registry, training, sampleShop, news };
}

function register({ db, jobs, audit, route, metrics }: Context, loop: Loop): void {
  const { images, predictionLog, served, registry, training, news } = loop;
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
}

/** After the routes: what a start does before and beside answering. */
function start(
  context: Context,
  { training, registry, served }: Pick<Loop, 'training' | 'registry' | 'served'>,
  datasets: Datasets,
): void {
  const { db, log, readiness, servesModels, predictionDays } = context;
  let opened = !servesModels;
  readiness.set('models', () => opened);
  const housekeeping = new Housekeeping((chore, error) => log.error({ err: error, chore }, 'housekeeping failed'));
  housekeeping.add('products', () => purgeProducts(db));
  housekeeping.add('runs', () => training.sweep());
  housekeeping.add('snapshots', async () => datasets.prune(await neededSnapshots(db)));
  if (predictionDays > 0) housekeeping.add('predictions', () => prunePredictions(db, predictionDays));
  context.onClose(() => housekeeping.close());
  const production = registry.production((model, error) =>
    log.error({ err: error, model: `${model.task}@${model.version}` }, 'model can’t be opened'),
  );
  context.onClose(() => production.close());
  context.onStart(async () => {
    await housekeeping.begin(HOUSEKEEPING_MS);
    await training.reconcile();
    if (!servesModels) return;
    // Not waited for: the pages answer while models are opened and warmed.
    const opening = production
      .watch()
      .catch((error: unknown) => log.error({ err: error }, 'models can’t be opened'))
      .finally(() => {
        opened = true;
      });
    served.begin(opening);
  });
}
