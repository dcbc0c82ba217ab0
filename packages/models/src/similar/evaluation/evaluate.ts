import { retrievalMetrics } from '../../metrics/retrieval.js';
import { imageFile } from '../../snapshot/image-file.js';
import type { Snapshot } from '../../snapshot/snapshot.js';
import type { Metrics, Predictor, Task } from '../../task.js';
import { labelledRows, readPictures, truthOf } from '../pictures.js';
import type { SimilarInput, SimilarOutput } from '../schema.js';

type Options = NonNullable<Parameters<Task['evaluate']>[2]>;

const BATCH = 64;

/** How well pictures of a split (at most 2,000) find those of their category among themselves; the unreadable are counted. */
export async function evaluateSimilar(
  predictor: Predictor<SimilarInput, SimilarOutput>,
  snapshot: Snapshot,
  { split = 'test', signal, onProgress }: Options = {},
): Promise<{ metrics: Metrics; figures: Record<string, unknown> }> {
  const rows = labelledRows(await readPictures(snapshot), split);
  const found: { row: (typeof rows)[number]; vector: number[] }[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    signal?.throwIfAborted();
    const chunk = rows.slice(start, start + BATCH);
    const inputs = await Promise.all(
      chunk.map(async ({ image }) => ({ image: await imageFile(image, await snapshot.image(image)) })),
    );
    (await predictor.predict(inputs)).forEach((result, i) => {
      if (result.ok) found.push({ row: chunk[i]!, vector: result.output.vector });
    });
    onProgress?.(start + chunk.length, rows.length);
  }
  const vectors = Float32Array.from(found.flatMap(({ vector }) => vector));
  const metrics = retrievalMetrics({ vectors, ...truthOf(found.map(({ row }) => row)) });
  return { metrics: { ...metrics, examples: found.length, skipped: rows.length - found.length }, figures: {} };
}
