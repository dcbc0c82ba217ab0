import { join } from 'node:path';
import { describeFiles, MODEL_FILE } from '../artifact.js';
import { DataError } from '../errors.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ArtifactSummary, Metrics, TrainingContext } from '../task.js';
import { FUSION_DIR, type ModelDescription, type ModelKind, writeDescription } from './artifact.js';
import type { ClassifyConfig } from './config.js';
import { type ClassifyExample, type ClassifyExamples, readExamples } from './examples.js';
import { fitFusion, fuse, onlyOf, type Route } from './fusion/fit-fusion.js';
import { type Evidence, JOINT_FILE, saveJointHead, scoreJointly } from './fusion/joint-head.js';
import {
  type Head,
  imageHead,
  isPictured,
  isTextual,
  type Job,
  type Pictured,
  type Textual,
  textHead,
} from './heads.js';
import { type Measured, measure } from './measure.js';

/** What to learn from when the config does not say: both where at least half of the rows have both. */
export function kindOf(examples: readonly ClassifyExample[], config: ClassifyConfig): ModelKind {
  if (config.model) return config.model;
  const [texts, pictures] = [examples.filter(isTextual), examples.filter(isPictured)];
  const both = texts.filter(isPictured).length;
  if (both >= examples.length / 2) return 'fusion';
  return texts.length >= pictures.length ? 'text' : 'image';
}

/** @throws DataError `data.classes`, `data.text`, `data.images` saying what is missing. */
export function requireLearnable({ classes, examples }: ClassifyExamples, kind: ModelKind): void {
  if (classes.length < 2) {
    throw new DataError(
      'data.classes',
      `There ${classes.length === 1 ? `is only one category ("${classes[0]?.code}")` : 'are no categories'}; a classifier needs labelled products of at least two.`,
    );
  }
  const training = examples.filter(({ split }) => split === 'train');
  const need = (found: readonly unknown[], code: 'data.text' | 'data.images', what: string) => {
    if (found.length < 2)
      throw new DataError(code, `Fewer than two labelled training products have ${what}; add some.`);
  };
  if (kind !== 'image') need(training.filter(isTextual), 'data.text', 'text');
  if (kind === 'text') return;
  need(training.filter(isPictured), 'data.images', 'a picture');
  if (!examples.some((example) => example.split === 'validation' && isPictured(example)))
    throw new DataError(
      'data.images',
      'No labelled validation product has a picture; import the data set again with a share above 0 for validation, or learn from text alone (model=text).',
    );
}

/** Trains the heads asked for, calibrates each on the validation rows, measures on the test rows, writes the artifact. */
export async function trainClassifier(
  snapshot: Snapshot,
  config: ClassifyConfig,
  given: TrainingContext,
): Promise<ArtifactSummary> {
  const context = { ...given, seed: config.seed ?? given.seed };
  context.reporter.phase('prepare', 'Reading the data set');
  const data = await readExamples(snapshot);
  const kind = kindOf(data.examples, config);
  requireLearnable(data, kind);
  const job: Job = { snapshot, classes: data.classes.map(({ code }) => code), config, context };

  const outcome = await trainHeads(kind, data.examples, job);
  for (const [name, figure] of Object.entries(outcome.figures)) context.reporter.figure(`test.${name}`, 0, figure);
  context.reporter.phase('export');
  const summary: ArtifactSummary = {
    task: 'classify',
    description: `${outcome.description}, ${data.classes.length} types`,
    metrics: outcome.metrics,
    primaryMetric: 'accuracy',
    trainedOn: { snapshot: snapshot.manifest.hash, splits: outcome.splits },
    files: await describeFiles(context.artifactDir, outcome.files),
  };
  const { calibration } = outcome;
  await writeDescription(context.artifactDir, { kind, classes: [...data.classes], config, calibration, summary });
  context.reporter.progress(1, 0);
  const own = await describeFiles(context.artifactDir, [MODEL_FILE]);
  return { ...summary, files: [...own, ...summary.files] };
}

interface Outcome extends Measured {
  readonly description: string;
  readonly files: readonly string[];
  readonly calibration: ModelDescription['calibration'];
  readonly splits: ArtifactSummary['trainedOn']['splits'];
}

async function trainHeads(kind: ModelKind, examples: readonly ClassifyExample[], job: Job): Promise<Outcome> {
  if (kind === 'text') return trainText(examples.filter(isTextual), job);
  if (kind === 'image') return trainImage(examples.filter(isPictured), job);
  return trainFusion(examples, job);
}

async function trainText(examples: readonly Textual[], job: Job): Promise<Outcome> {
  const refit = job.config.refit !== 'none';
  const head = await textHead(examples, { ...job, part: { from: 0, to: 0.98 }, refit });
  const { metrics, figures } = measured(examples, head, job);
  return {
    metrics,
    figures,
    description: `text: ${head.description}`,
    files: head.files,
    calibration: {},
    splits: refit ? ['train', 'validation', 'test'] : ['train'],
  };
}

async function trainImage(examples: readonly Pictured[], job: Job): Promise<Outcome> {
  const head = await imageHead(examples, { ...job, part: { from: 0, to: 0.97 } });
  const { metrics, figures } = measured(examples, head, job);
  return {
    metrics,
    figures,
    description: `image: ${head.description}`,
    files: head.files,
    calibration: { image: head.scale },
    splits: ['train'],
  };
}

/**
 * Both heads, and what joins them: learnt from the validation rows, which neither head was trained on. Once that is
 * measured, what is kept has learnt from the test rows too: the text head from all texts, what joins them from all rows
 * that the heads were not trained on.
 */
async function trainFusion(examples: readonly ClassifyExample[], job: Job): Promise<Outcome> {
  const texts = examples.filter(isTextual);
  const pictures = examples.filter(isPictured);
  const refit = job.config.refit !== 'none';
  const text = await textHead(texts, { ...job, part: { from: 0, to: 0.15, prefix: 'text.' }, refit });
  const image = await imageHead(pictures, { ...job, part: { from: 0.15, to: 0.97, prefix: 'image.' } });

  const [textRow, imageRow] = [positions(text), positions(image)];
  const both = texts.filter((row) => textRow.has(row) && imageRow.has(row));
  const evidenceOf = (rows: readonly ClassifyExample[]): Evidence => ({
    text: pickRows(
      text.logits,
      rows.map((row) => textRow.get(row)!),
      job.classes.length,
    ),
    image: pickRows(
      image.logits,
      rows.map((row) => imageRow.get(row)!),
      job.classes.length,
    ),
  });
  const labelsOf = (rows: readonly ClassifyExample[]) => Int32Array.from(rows, ({ label }) => label);
  const validation = both.filter(({ split }) => split === 'validation');
  const test = heldOut(both);
  const fitOn = (rows: readonly ClassifyExample[]) => {
    job.context.reporter.phase('train', `Learning from ${rows.length} products what to believe about which type`);
    return fitFusion({
      evidence: evidenceOf(rows),
      labels: labelsOf(rows),
      classes: job.classes.length,
      counts: countsOf(examples, job.classes.length),
      seed: job.context.seed,
      signal: job.context.signal,
    });
  };
  const first = await fitOn(validation);
  const evidence = evidenceOf(test);
  const labels = labelsOf(test);
  const along = async (route: Route) => {
    const scores = await scoreJointly(first.joint, onlyOf(evidence, route), job.classes.length);
    return measure(fuse(evidence, scores, route, first.routes), labels, job.classes);
  };
  const [fused, ofText, ofImage] = [await along('both'), await along('text'), await along('image')];
  const kept = refit ? await fitOn([...new Set([...validation, ...test])]) : first;
  await saveJointHead(join(job.context.artifactDir, FUSION_DIR), kept.joint);
  for (const { joint } of new Set([first, kept])) await joint.release();
  return {
    figures: fused.figures,
    metrics: {
      ...fused.metrics,
      ...named('text.', ofText.metrics),
      ...named('image.', ofImage.metrics),
    },
    description: `fusion of text (${text.description}) and image (${image.description})`,
    files: [...text.files, ...image.files, `${FUSION_DIR}/${JOINT_FILE}`],
    calibration: { image: image.scale, fusion: kept.routes },
    splits: refit ? ['train', 'validation', 'test'] : ['train'],
  };
}

/** Metrics of a head alone, on the test rows. */
function measured(examples: readonly ClassifyExample[], { rows, logits }: Head, { classes }: Job): Measured {
  const test = new Set(heldOut(examples));
  const chosen = [...rows.keys()].filter((row) => test.has(rows[row]!));
  const labels = Int32Array.from(chosen, (row) => rows[row]!.label);
  return measure(pickRows(logits, chosen, classes.length), labels, classes);
}

/** The test rows; in a data set too small to have any, the validation rows. */
function heldOut<E extends ClassifyExample>(examples: readonly E[]): E[] {
  const test = examples.filter(({ split }) => split === 'test');
  return test.length > 0 ? test : examples.filter(({ split }) => split === 'validation');
}

/** How many training rows each class has. */
function countsOf(examples: readonly ClassifyExample[], classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const { split, label } of examples) if (split === 'train') counts[label]! += 1;
  return counts;
}

function positions({ rows }: Head): Map<ClassifyExample, number> {
  return new Map(rows.map((row, position) => [row, position]));
}

function pickRows(values: Float32Array, rows: readonly number[], width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return picked;
}

function named(prefix: string, metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
