import type { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import { type ModelRow, productionModel } from '../registry/model-store.js';
import type { indexStatus } from './api.js';
import { uncalibrated } from './calibration.js';
import type { EmbeddingJob } from './embedding-job.js';
import { failedPhotos } from './embeddings.js';
import type { Follower } from './follower.js';
import type { PhotoCounts } from './photo-counts.js';
import { currentIndex, TASK } from './search-indexes.js';

export type IndexStatus = z.infer<typeof indexStatus>;

/** Most failed photos named. */
const NAMED = 100;

const named = ({ id, version, summary }: ModelRow) => ({ id, version, description: summary.description });

export interface StatusParts {
  embedding: EmbeddingJob;
  follower: Follower;
  photoCounts: PhotoCounts;
}

/** How the index is, and how far what is being done to it. */
export async function statusOf(db: Queries, { embedding, follower, photoCounts }: StatusParts): Promise<IndexStatus> {
  const production = await productionModel(db, TASK);
  const current = await currentIndex(db);
  const newest = production && (await embedding.newest(production.id));
  const isOpen = newest?.state === 'queued' || newest?.state === 'running';
  // What is being embedded; else what answers.
  const counted = isOpen ? production : (current?.model ?? production);
  const moment = `${newest?.id} ${newest?.state} ${current?.updatedAt.getTime()}`;
  const counts = await photoCounts.of(counted?.id ?? '', moment);
  const done = counts.embedded + counts.failed;
  const vectors = follower.index?.vectors;
  const error = newest?.state === 'failed' ? newest.error : null;
  const problem = follower.problem && { code: follower.problem.code, message: follower.problem.message };
  return {
    state: !production
      ? 'none'
      : (error ?? problem)
        ? 'failed'
        : isOpen || !current || !follower.isUpToDate(current)
          ? 'building'
          : 'ready',
    model: current ? named(current.model) : null,
    next:
      production && isOpen
        ? { ...named(production), done, total: counts.photos, secondsLeft: newest.secondsLeft }
        : null,
    ...counts,
    waiting: counts.photos - done,
    problems: counted && counts.failed ? await failedPhotos(db, counted.id, NAMED) : [],
    error: error ?? problem ?? null,
    backend: vectors?.backend ?? 'exact',
    dimension: vectors?.dimension ?? 0,
    bytes: vectors?.bytes ?? 0,
    updatedAt: current?.updatedAt.toISOString() ?? null,
    thresholds: (current?.calibration ?? uncalibrated).thresholds,
  };
}
