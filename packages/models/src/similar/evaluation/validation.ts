import type { NamedArray } from '@vitrine/grad';
import { retrievalMetrics } from '../../metrics/retrieval.js';
import type { Metrics } from '../../task.js';
import { type Matrix, rowsBetween } from '../algebra/matrix.js';
import { exportEncoder, openEncoder } from '../encoder.js';
import { truthOf } from '../pictures.js';
import { type CachedRow, picturesOf, readoutMeanwhile, type Validated } from './choose-readout.js';
import { probeAccuracy } from './probe.js';
import { PROJECTED, projection } from './projection.js';
import { viewAccuracy } from './view-retrieval.js';

/** Pictures whose views are looked for. */
const VIEWED = 300;

/**
 * How good the encoder is by now, the more the better, with the figure `projection` when asked for. With categories: how
 * well the validation pictures find their like (`precisionAt10`, `knnAccuracy`), and what a linear classifier learns from
 * the training pictures' vectors (`probeAccuracy`). Without: how often a view finds the other of its picture.
 */
export async function validateEncoder(
  run: Validated,
  weights: ReadonlyMap<string, NamedArray>,
  epoch: number,
  { draw }: { draw: boolean },
): Promise<{ value: number; metrics: Metrics }> {
  const { plan, validation, context, categories } = run;
  const { readout, vectors, rows, learnt } = await readoutMeanwhile(run, weights);
  if (draw) {
    const shown = Math.min(PROJECTED, validation.length);
    context.reporter.figure(
      'projection',
      epoch,
      await projection(rowsBetween(vectors, 0, shown), validation.slice(0, shown), {
        ...context.engine,
        seed: context.seed,
      }),
    );
  }
  if (categories) {
    const metrics = byCategories(vectors, validation, learnt, rows);
    return { value: metrics.precisionAt10!, metrics };
  }
  const value = await encoderQuality(exportEncoder(plan, weights, readout), run);
  return { value, metrics: { viewAccuracy: value } };
}

/** How well an encoder does on the validation pictures, from its bytes: precision@10, without categories the view accuracy. */
export async function encoderQuality(bytes: Uint8Array, run: Validated): Promise<number> {
  const { plan, spec, cache, validation, context, categories } = run;
  const encoder = await openEncoder(bytes, spec, context.engine);
  try {
    if (!categories) {
      const seen = picturesOf(cache, validation.slice(0, VIEWED));
      return await viewAccuracy(encoder, seen, { ...plan, ...context, spec });
    }
    const vectors = await encoder.embed(picturesOf(cache, validation));
    return retrievalMetrics({ vectors, ...truthOf(validation) }).precisionAt10;
  } finally {
    await encoder.close();
  }
}

function byCategories(
  found: Matrix,
  validation: readonly CachedRow[],
  trainingVectors: Matrix,
  training: readonly CachedRow[],
): Metrics {
  const truth = truthOf([...validation, ...training]);
  const labels = truth.labels.slice(0, validation.length);
  const groups = truth.groups.slice(0, validation.length);
  const learnt = { vectors: trainingVectors, labels: truth.labels.slice(validation.length) };
  return {
    ...retrievalMetrics({ vectors: found.data, labels, groups }),
    probeAccuracy: probeAccuracy(learnt, { vectors: found, labels }),
  };
}
