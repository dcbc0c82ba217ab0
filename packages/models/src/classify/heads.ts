import { join } from 'node:path';
import { sourceOf } from '../pictures/picture-cache.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { TrainingContext } from '../task.js';
import { IMAGE_DIR, TEXT_DIR } from './artifact.js';
import { blend, fitBlend } from './blend.js';
import { type ClassifyConfig, imageConfigOf, textConfigOf } from './config.js';
import type { ClassifyExample } from './examples.js';
import { imageModelFiles, openImageModel } from './image/image-model.js';
import { trainImageModel } from './image/train.js';
import { type Part, partReporter } from './part-reporter.js';
import type { CleanListing } from './text/encoding/ngrams.js';
import { openTextModel, textModelFiles } from './text/text-model.js';
import { trainTextModel } from './text/train.js';

export type Textual = ClassifyExample & { readonly text: CleanListing };
export type Pictured = ClassifyExample & { readonly image: NonNullable<ClassifyExample['image']> };
export const isTextual = (example: ClassifyExample): example is Textual => example.text !== undefined;
export const isPictured = (example: ClassifyExample): example is Pictured => example.image !== undefined;

/** What the parts of a training share. */
export interface Job {
  readonly snapshot: Snapshot;
  readonly classes: readonly string[];
  readonly config: ClassifyConfig;
  readonly context: TrainingContext;
}

/** A trained head with calibrated logits [rows × classes] of the rows it was not trained on. */
export interface Head {
  readonly rows: readonly ClassifyExample[];
  readonly logits: Float32Array;
  readonly description: string;
  readonly files: readonly string[];
}

export type PartJob = Job & { readonly part: Part };

/** Trains and calibrates the text head. */
export async function textHead(examples: readonly Textual[], job: PartJob & { refit: boolean }): Promise<Head> {
  const { context, classes, refit, part } = job;
  const reporter = partReporter(context.reporter, part);
  const config = textConfigOf(job.config);
  const outputDir = join(context.artifactDir, TEXT_DIR);
  const of = (split: string) => Int32Array.from(examples.keys()).filter((row) => examples[row]!.split === split);
  const [training, validation, scored] = [of('train'), of('validation'), of('test')];
  const trained = await trainTextModel({
    listings: examples.map(({ text }) => text),
    labels: Int32Array.from(examples, ({ label }) => label),
    ...{ classes, training, validation, scored, refit, config, outputDir },
    context: { ...context, reporter },
    onProgress: (fraction) => reporter.progress(fraction),
  });
  const model = await openTextModel(outputDir);
  const files = textModelFiles(model.description).map((file) => `${TEXT_DIR}/${file}`);
  await model.close();
  return {
    rows: [...validation, ...scored].map((row) => examples[row]!),
    logits: Float32Array.from([...trained.validation, ...trained.scored]),
    description: config.architecture === 'bag' ? 'n-gram models' : 'LSTM',
    files,
  };
}

/** Trains the image head and fits its temperature on the validation pictures. */
export async function imageHead(examples: readonly Pictured[], job: PartJob): Promise<Head & { scale: number }> {
  const { snapshot, context, classes, part } = job;
  const reporter = partReporter(context.reporter, part);
  const outputDir = join(context.artifactDir, IMAGE_DIR);
  await trainImageModel({
    training: examples.filter(({ split }) => split === 'train'),
    validation: examples.filter(({ split }) => split === 'validation'),
    classes,
    read: (image) => snapshot.image(image),
    config: imageConfigOf(job.config),
    context: { ...context, reporter },
    outputDir,
  });
  reporter.phase('calibrate');
  const scores = await scorePictures(
    examples.filter(({ split }) => split !== 'train'),
    outputDir,
    job,
  );
  const validation = scores.rows.map(({ split, label }) => (split === 'validation' ? label : -1));
  const [scale = 1] = fitBlend([scores.logits], Int32Array.from(validation), classes.length);
  const files = scores.files.map((file) => `${IMAGE_DIR}/${file}`);
  return { rows: scores.rows, logits: blend([scores.logits], [scale]), description: scores.description, files, scale };
}

const PICTURES_AT_ONCE = 64;

/** Scores pictures with a saved model, as serving does; those that cannot be decoded are left out. */
async function scorePictures(examples: readonly Pictured[], directory: string, { snapshot, classes, context }: Job) {
  const model = await openImageModel(directory, context.engine);
  const { spec, weights } = model.description;
  const rows: Pictured[] = [];
  const logits: Float32Array[] = [];
  for (let start = 0; start < examples.length; start += PICTURES_AT_ONCE) {
    context.signal.throwIfAborted();
    const chunk = examples.slice(start, start + PICTURES_AT_ONCE);
    const sources = await Promise.all(chunk.map(async ({ image }) => sourceOf(image, await snapshot.image(image))));
    const decoded = await Promise.allSettled(sources.map((source) => model.decode(source)));
    const pictures = decoded.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    rows.push(...chunk.filter((_, i) => decoded[i]?.status === 'fulfilled'));
    if (pictures.length > 0) logits.push((await model.score(pictures)).logits);
  }
  await model.close();
  const joined = new Float32Array(rows.length * classes.length);
  let at = 0;
  for (const part of logits) {
    joined.set(part, at);
    at += part.length;
  }
  const kinds = weights.length > 1 ? 'convolutional network and gradient histograms' : 'convolutional network';
  const description = `${kinds} at ${spec.width} × ${spec.height} pixels`;
  return { rows, logits: joined, description, files: imageModelFiles(model.description) };
}
