import type { Context } from '../context.js';
import { Housekeeping } from '../platform/housekeeping.js';
import { isPublicAddress } from '../platform/network/public-address.js';
import { openVectors } from '../platform/vectors/open-vectors.js';
import type { Vectors } from '../platform/vectors/vectors.js';
import type { ModelRow } from '../registry/model-store.js';
import type { Registry } from '../registry/registry.js';
import { uncalibrated } from './calibration.js';
import { pruneChanges } from './change-log.js';
import { EmbeddingJob } from './embedding-job.js';
import { Encoder, type EncoderOptions } from './encoder.js';
import { Follower } from './follower.js';
import { LiveIndex } from './live-index.js';
import { searchMetrics } from './metrics.js';
import { RecentSearches } from './recent-searches.js';
import { similarityRoutes } from './routes.js';
import { Search } from './search.js';
import { forgetVectors } from './search-indexes.js';

const HOUSEKEEPING_MS = 6 * 3_600_000;

/** Search by what products look like: vectors of their photos, an index of these, and what is asked of it. */
export async function similarityFeature(context: Context, registry: Registry): Promise<EmbeddingJob> {
  const { db, database, blobs, jobs, route, audit, log, dataDir, collectFrom, metrics, engine } = context;
  const vectors = await openVectors({ blobs, database, dataDir, log });
  const openEncoder = async (model: ModelRow, options: EncoderOptions) => {
    const { directory } = await registry.locate(model.id);
    const { predictor } = context.taskModules;
    const onCrash = (error: unknown) => log.error({ err: error }, 'an encoder’s thread died');
    return Encoder.open(model, directory, { ...options, ...(predictor ? { module: predictor } : {}), onCrash });
  };

  const embedding = new EmbeddingJob({
    ...{ db, jobs, photos: blobs },
    openEncoder: (model) => openEncoder(model, { engine: engine.lists, background: true }),
  });
  const follower = new Follower({
    ...{ db, photos: blobs, embedding },
    openIndex: async ({ model, calibration, revision }) => {
      // A search doesn't wait for company: what comes while one is looked at is looked at together.
      const encoder = await openEncoder(model, { engine: engine.answers, limits: { maxWaitMs: 0 } });
      const parts = { db, model, encoder, revision, calibration: calibration ?? uncalibrated };
      try {
        const opened = await vectors.open(model.id, encoder.dimension);
        return await LiveIndex.open({ ...parts, vectors: opened }).catch(async (error: unknown) => {
          await opened.close();
          throw error;
        });
      } catch (error) {
        await encoder.close();
        throw error;
      }
    },
    onError: (error) => log.error({ err: error }, 'the index of photos can’t be kept up to date'),
  });
  const onSearch = searchMetrics(metrics.registry, () => follower.index?.vectors);
  const search = new Search({ db, photos: blobs, follower, onSearch });
  const recent = new RecentSearches(db, blobs, (error) => log.error({ err: error }, 'a search can’t be kept'));
  const isAllowed = (address: string) => isPublicAddress(address) || collectFrom.includes(address);
  similarityRoutes(route, { db, audit, search, recent, embedding, follower, isAllowed });

  context.modelHolders.push(() => {
    const live = follower.index;
    return live ? [{ task: live.model.task, version: live.model.version, ready: live.encoder.ready }] : [];
  });
  context.onClose(() => recent.flush());
  start(context, { follower, recent, vectors });
  return embedding;
}

function start(
  { db, log, servesModels, predictionDays, ...context }: Context,
  { follower, recent, vectors }: { follower: Follower; recent: RecentSearches; vectors: Vectors },
): void {
  const housekeeping = new Housekeeping((chore, error) => log.error({ err: error, chore }, 'housekeeping failed'));
  housekeeping.add('product changes', () => pruneChanges(db));
  housekeeping.add('vectors', async () => {
    for (const modelId of await forgetVectors(db)) await vectors.drop(modelId);
  });
  if (predictionDays > 0) housekeeping.add('searches', () => recent.prune(predictionDays));
  context.onClose(() => housekeeping.close());
  context.onClose(() => follower.close());
  let opened = !servesModels;
  context.readiness.set('search', () => opened);
  context.onStart(async () => {
    await housekeeping.begin(HOUSEKEEPING_MS);
    if (!servesModels) return;
    // Not waited for: the pages answer while the index is opened.
    void follower.watch().finally(() => {
      opened = true;
    });
  });
}
