import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingContext } from '../../task.js';
import { blend, fitBlend } from '../blend.js';
import { partReporter } from '../part-reporter.js';
import { textArchitectures } from './architectures.js';
import type { TextConfig } from './config.js';
import type { CleanListing } from './encoding/ngrams.js';
import { describeTextModel } from './text-model.js';

export interface TextTraining {
  readonly listings: readonly CleanListing[];
  /** Class of each listing. */
  readonly labels: Int32Array;
  /** Class codes in the order of the labels. */
  readonly classes: readonly string[];
  /** Rows to learn from. */
  readonly training: Int32Array;
  /** Rows that choose the number of epochs and the weights of the experts. */
  readonly validation: Int32Array;
  /** Rows to score with the model that has seen neither them nor the validation rows. */
  readonly scored: Int32Array;
  /** Afterwards train the kept model again, by the same recipe, on all rows. */
  readonly refit: boolean;
  readonly config: TextConfig;
  readonly context: Pick<TrainingContext, 'reporter' | 'workDir' | 'seed' | 'signal' | 'engine'>;
  readonly outputDir: string;
  readonly onProgress: (fraction: number) => void;
}

export interface TrainedTextModel {
  readonly epochs: number;
  /** Calibrated logits of the model trained on the training rows: of the validation rows and of those to score. */
  readonly validation: Float32Array;
  readonly scored: Float32Array;
}

const REFIT_SHARE = 0.5;

/**
 * Trains a text model, fits the weights of its experts on the validation rows and scores the rows asked for. With `refit`
 * the model that is kept is then trained on all rows, for as many epochs as the validation rows chose; what it answers
 * is weighed by the scored rows too.
 */
export async function trainTextModel(job: TextTraining): Promise<TrainedTextModel> {
  const { listings, labels, classes, training, validation, scored, refit, config, context, outputDir } = job;
  const architecture = textArchitectures[config.architecture];
  const workDir = join(context.workDir, 'text');
  const share = refit ? 1 - REFIT_SHARE : 1;
  const fitted = { listings, labels, classes, config, context };

  context.reporter.phase('train', `Learning from ${training.length} texts`);
  const firstDir = refit ? join(workDir, 'measured') : outputDir;
  const { epochs } = await architecture.fit({
    ...fitted,
    training,
    validation,
    workDir: join(workDir, 'first'),
    outputDir: firstDir,
    onProgress: (fraction) => job.onProgress(share * fraction),
  });

  context.reporter.phase('calibrate');
  const experts = await architecture.open(firstDir, classes.length, context.engine);
  const pick = (rows: Int32Array) => Array.from(rows, (row) => listings[row]!);
  const chosen = await experts.score(pick(validation));
  const unseen = await experts.score(pick(scored));
  const truth = (rows: Int32Array) => rows.map((row) => labels[row]!);
  const weights = fitBlend(chosen, truth(validation), classes.length);
  await experts.close();

  if (refit) {
    context.reporter.phase('refit', `Learning again from all ${labels.length} texts`);
    await architecture.fit({
      ...fitted,
      context: { ...context, reporter: partReporter(context.reporter, { from: 0, to: 1, prefix: 'refit.' }) },
      training: Int32Array.from(labels.keys()),
      validation: new Int32Array(0),
      epochs,
      workDir: join(workDir, 'refit'),
      outputDir,
      onProgress: (fraction) => job.onProgress(share + REFIT_SHARE * fraction),
    });
    await rm(firstDir, { recursive: true, force: true });
  }
  const both = chosen.map((scores, e) => Float32Array.from([...scores, ...unseen[e]!]));
  const kept = refit
    ? fitBlend(both, Int32Array.from([...truth(validation), ...truth(scored)]), classes.length)
    : weights;
  await describeTextModel(outputDir, { architecture: config.architecture, classes: classes.length, weights: kept });
  return { epochs, validation: blend(chosen, weights), scored: blend(unseen, weights) };
}
