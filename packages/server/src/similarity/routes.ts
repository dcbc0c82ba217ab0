import type { ServerResponse } from 'node:http';
import { VitrineError } from '@vitrine/models';
import type { Audit } from '../accounts/audit.js';
import type { Caller } from '../http/caller.js';
import { type FormLimits, readFormWithFiles } from '../http/form.js';
import type { Route } from '../http/router.js';
import { validate } from '../http/validate.js';
import type { Queries } from '../platform/database/database.js';
import { newId } from '../platform/id.js';
import { MAX_PICTURE_BYTES } from '../platform/images/picture.js';
import type { Job } from '../platform/jobs/job.js';
import { fetchPicture } from '../platform/network/fetch-picture.js';
import { productionModel } from '../registry/model-store.js';
import { noModel } from '../serving/served-models.js';
import * as api from './api.js';
import type { EmbeddingJob } from './embedding-job.js';
import { countPhotos, forgetFailures } from './embeddings.js';
import type { Follower } from './follower.js';
import { PhotoCounts } from './photo-counts.js';
import type { RecentSearches } from './recent-searches.js';
import type { Search, SearchAnswer } from './search.js';
import { demandRebuild, TASK } from './search-indexes.js';
import { statusOf } from './status.js';

export interface SimilarityRoutes {
  db: Queries;
  audit: Audit;
  search: Search;
  recent: RecentSearches;
  embedding: EmbeddingJob;
  follower: Follower;
  /** Which addresses photos may be fetched from. */
  isAllowed(address: string): boolean;
}

const ownerOf = ({ userId, name }: Caller) => userId ?? name;

/** What one search with several photos may send. */
const PHOTOS: FormLimits = { files: 12, fileBytes: MAX_PICTURE_BYTES, totalBytes: 64 << 20 };

export function similarityRoutes(route: Route, options: SimilarityRoutes): void {
  const { search, follower, isAllowed } = options;
  route(api.searchWays, () => {
    const { model, encoder } = follower.index ?? {};
    return { model: model ? { id: model.id, version: model.version } : null, words: encoder?.readsWords ?? false };
  });
  route(api.similarProducts, ({ params, query }) => search.similarTo(params.id, query));
  route(api.searchByPhoto, async ({ body: { url, search: again, crop, ...filter }, files, caller, reply }) => {
    const userId = ownerOf(caller);
    const known = again === undefined ? undefined : await options.recent.get(userId, again);
    const photo =
      known?.photo ??
      files.image?.bytes ??
      (url && (await fetchPicture(url, { signal: untilGone(reply.raw), isAllowed })));
    if (!photo)
      throw new VitrineError('image.missing', 'Send a photo as the form’s file `image`, or the `url` of one.', 422);
    const answer = await search.byPhoto(photo, filter, crop);
    const { goodMatch, results } = answer;
    const asked = { id: again ?? newId(), userId, crop, filter, goodMatch, results: results.length };
    if (known) options.recent.revise(asked);
    else options.recent.add({ ...asked, photo });
    return { ...answer, searchId: asked.id };
  });
  route(api.searchByPhotos, async ({ request }) => {
    const { fields, files } = await readFormWithFiles(request, PHOTOS);
    const filter = validate(api.photosFields, { ...fields }, 'form');
    if (!files.length)
      throw new VitrineError('image.missing', 'Send photos as the form’s files `image`, up to 12 of them.', 422);
    return { answers: await Promise.all(files.map(({ bytes }) => orError(search.byPhoto(bytes, filter)))) };
  });
  route(api.searchByText, ({ body: { text, ...filter } }) => search.byText(text, filter));
  recentRoutes(route, options);
  indexRoutes(route, options);
}

function recentRoutes(route: Route, { recent, search }: SimilarityRoutes): void {
  route(api.listRecentSearches, ({ query, caller }) => recent.list(ownerOf(caller), query.page, query.limit));
  route(api.repeatRecentSearch, async ({ params, caller }) => {
    const { search: asked, photo } = await recent.get(ownerOf(caller), params.id);
    const filter = validate(api.photosFields, asked.filter, 'search');
    const answer = await search.byPhoto(photo, filter, asked.crop ?? undefined);
    return { ...answer, searchId: asked.id, search: asked };
  });
  route(api.getRecentSearchImage, async ({ params, caller, reply }) => {
    const { photo } = await recent.get(ownerOf(caller), params.id);
    reply.header('cache-control', 'private, max-age=86400').header('x-content-type-options', 'nosniff');
    return reply.type('image/jpeg').send(photo);
  });
  route(api.deleteRecentSearch, ({ params, caller }) => recent.delete(ownerOf(caller), params.id));
  route(api.clearRecentSearches, ({ caller }) => recent.clear(ownerOf(caller)));
}

function indexRoutes(route: Route, { db, audit, embedding, follower }: SimilarityRoutes): void {
  const startJob = async (caller: Caller): Promise<Job> => {
    const production = await productionModel(db, TASK);
    if (!production) throw noModel(TASK);
    return embedding.start(production.id, caller.userId);
  };
  const photoCounts = new PhotoCounts((modelId) => countPhotos(db, modelId));
  route(api.getIndex, () => statusOf(db, { embedding, follower, photoCounts }));
  route(api.rebuildIndex, async ({ caller }) => {
    const job = await startJob(caller);
    await demandRebuild(db);
    await audit.record(caller, 'index.rebuild', TASK);
    return job;
  });
  route(api.retryFailedPhotos, async ({ caller }) => {
    const production = await productionModel(db, TASK);
    const retried = production ? await forgetFailures(db, production.id) : 0;
    const job = await startJob(caller);
    await audit.record(caller, 'index.retry', `${retried} photos`);
    return job;
  });
}

/** The answer, or why there is none for this photo; what is no photo's fault is thrown. */
async function orError(
  answering: Promise<SearchAnswer>,
): Promise<SearchAnswer | { error: { code: string; message: string } }> {
  try {
    return await answering;
  } catch (error) {
    if (error instanceof VitrineError && error.status === 422)
      return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

/** Aborted when the caller goes away before the answer. */
function untilGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('The caller went away.')));
  return controller.signal;
}
