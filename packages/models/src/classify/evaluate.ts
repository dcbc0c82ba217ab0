import { imageFile } from '../snapshot/image-file.js';
import type { SnapshotRow } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Predictor, Task } from '../task.js';
import { type Measured, measureProbabilities } from './measure.js';
import type { Classification, ClassifyInput } from './schema.js';

type Options = NonNullable<Parameters<Task['evaluate']>[2]>;

const BATCH = 64;

/**
 * Metrics of a predictor on the labelled rows of a split. A row of a category that the model does not know counts as
 * wrong; one that the model cannot read (no text for a text model) is left out and counted as `skipped`.
 */
export async function evaluate(
  predictor: Predictor<ClassifyInput, Classification>,
  snapshot: Snapshot,
  { split = 'test', signal, onProgress }: Options = {},
): Promise<Measured> {
  const total = split === 'all' ? snapshot.manifest.rows : snapshot.manifest.splits[split];
  const answers: Answer[] = [];
  let [done, skipped] = [0, 0];
  for await (const rows of batches(snapshot, split)) {
    signal?.throwIfAborted();
    const inputs = await Promise.all(rows.map((row) => inputOf(snapshot, row)));
    const results = await predictor.predict(inputs, { top: Number.MAX_SAFE_INTEGER });
    results.forEach((result, i) => {
      if (result.ok) answers.push({ label: rows[i]!.label!, predictions: result.output.predictions });
      else skipped++;
    });
    done += rows.length;
    onProgress?.(done, total);
  }
  const { metrics, figures } = measureAnswers(answers, snapshot);
  return { metrics: { ...metrics, skipped }, figures };
}

interface Answer {
  readonly label: string;
  readonly predictions: Classification['predictions'];
}

function measureAnswers(answers: readonly Answer[], { manifest }: Snapshot): Measured {
  const codes = new Set(manifest.classes.filter(({ rows }) => rows > 0).map(({ code }) => code));
  for (const { code } of answers[0]?.predictions ?? []) codes.add(code);
  const classes = [...codes];
  const numbers = new Map(classes.map((code, number) => [code, number]));
  const probabilities = new Float32Array(answers.length * classes.length);
  answers.forEach(({ predictions }, i) => {
    for (const { code, probability } of predictions)
      probabilities[i * classes.length + numbers.get(code)!] = probability;
  });
  const labels = Int32Array.from(answers, ({ label }) => numbers.get(label)!);
  return measureProbabilities(probabilities, labels, classes);
}

async function* batches(snapshot: Snapshot, split: Options['split']): AsyncGenerator<SnapshotRow[]> {
  let batch: SnapshotRow[] = [];
  for await (const row of snapshot.rows()) {
    if (row.label === undefined || (split !== 'all' && row.split !== split)) continue;
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function inputOf(snapshot: Snapshot, { title, description, image }: SnapshotRow): Promise<ClassifyInput> {
  const file = image && (await imageFile(image, await snapshot.image(image)));
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(file ? { image: file } : {}),
  };
}
