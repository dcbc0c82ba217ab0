import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ArtifactSummary,
  Engine,
  Metrics,
  PredictionResult,
  Predictor,
  Snapshot,
  SnapshotRow,
  Task,
  TrainingContext,
} from '@vitrine/models';
import { ArtifactError, ConfigError, VitrineError } from '@vitrine/models/errors';
import { z } from 'zod';

/**
 * A small real task for tests of the platform: naive Bayes over words. It learns from the train split, resumes from its
 * checkpoints, checks its artifact, and can be told to be slow or to die.
 */
const options = z.strictObject({
  epochs: z.number().int().min(1).max(1000).default(3),
  smoothing: z.number().positive().default(1),
  /** Milliseconds an epoch takes. */
  pace: z.number().min(0).default(0),
  /** Ends the process without a word at this epoch, when not resumed. */
  dieAt: z.number().int().optional(),
  /** Learns nothing: every word weighs the same. */
  blind: z.boolean().default(false),
  /** Learns from all rows in the end. */
  refit: z.boolean().default(false),
  /** A file whose text goes into the log. */
  notes: z.string().optional(),
  /** What the engine runs on goes into the log. */
  tellEngine: z.boolean().default(false),
  /** The seed goes into the log. */
  tellSeed: z.boolean().default(false),
  seed: z.number().int().min(0).optional(),
  /** Its model passes every check and then doesn't open. */
  unopenable: z.boolean().default(false),
});
const configSchema = z.preprocess((value) => {
  const known = Object.keys(options.shape);
  const unknown = Object.keys(value as object).find((key) => !known.includes(key));
  if (unknown) throw new ConfigError(`There is no option "${unknown}". Did you mean "epochs"?`, { key: unknown });
  return value;
}, options);
type Config = z.infer<typeof configSchema>;

interface Input {
  title?: string;
  description?: string;
  image?: Buffer;
}
interface Ranked {
  code: string;
  name: string;
  probability: number;
}
interface Output {
  predictions: Ranked[];
  used: 'text' | 'image' | 'both';
  explanation?: { words: { field: 'title'; start: number; end: number; text: string; weight: number }[] };
}
interface Model {
  classes: { code: string; name: string }[];
  counts: Record<string, Record<string, number>>;
  smoothing: number;
  unopenable: boolean;
  summary: ArtifactSummary;
  engine: Partial<Engine>;
}

const wordsOf = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? [];
const textOf = ({ title, description }: { title?: string | undefined; description?: string | undefined }) =>
  `${title ?? ''} ${description ?? ''}`.replace(/<[^>]*>/g, ' ').trim();

function rank({ classes, counts, smoothing }: Pick<Model, 'classes' | 'counts' | 'smoothing'>, text: string): Ranked[] {
  const scores = classes.map(({ code }) => {
    const words = counts[code] ?? {};
    const total = Object.values(words).reduce((sum, count) => sum + count, 0);
    return wordsOf(text).reduce((sum, word) => sum + Math.log(((words[word] ?? 0) + smoothing) / (total + 1000)), 0);
  });
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return classes
    .map(({ code, name }, index) => ({ code, name, probability: (weights[index] as number) / sum }))
    .sort((a, b) => b.probability - a.probability);
}

async function measure(
  predict: (text: string) => string | undefined,
  snapshot: Snapshot,
  split: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Metrics> {
  let right = 0;
  let rows = 0;
  for await (const row of snapshot.rows()) {
    if (row.label === undefined || (split !== 'all' && row.split !== split)) continue;
    rows += 1;
    if (predict(textOf(row)) === row.label) right += 1;
    onProgress?.(rows, snapshot.manifest.rows);
  }
  return { accuracy: rows ? right / rows : 0 };
}

async function countWords(snapshot: Snapshot, keep: (row: SnapshotRow) => boolean) {
  const counts: Model['counts'] = {};
  for await (const row of snapshot.rows()) {
    if (row.label === undefined || !keep(row)) continue;
    counts[row.label] ??= {};
    const words = counts[row.label] as Record<string, number>;
    for (const word of wordsOf(textOf(row))) words[word] = (words[word] ?? 0) + 1;
  }
  return counts;
}

/** The epochs do nothing but pass, write a checkpoint each and report. */
async function passEpochs(config: Config, { workDir, reporter, signal, engine, seed }: TrainingContext): Promise<void> {
  const checkpoint = join(workDir, 'checkpoint.json');
  const before = await readFile(checkpoint, 'utf8').catch(() => '{"epoch":0}');
  const start = (JSON.parse(before) as { epoch: number }).epoch;
  reporter.log('info', start ? `resumed after epoch ${start}` : 'started');
  if (config.notes) reporter.log('info', await readFile(config.notes, 'utf8'));
  if (config.tellEngine) reporter.log('info', JSON.stringify(engine));
  if (config.tellSeed) reporter.log('info', `seed ${config.seed ?? seed}`);
  reporter.phase('train');
  for (let epoch = start + 1; epoch <= config.epochs; epoch++) {
    await sleep(config.pace);
    signal.throwIfAborted();
    if (start === 0 && epoch === config.dieAt) process.kill(process.pid, 'SIGKILL');
    reporter.metrics(epoch, epoch, { loss: 1 / epoch, 'validation.accuracy': 1 - 1 / (epoch + 1) });
    reporter.figure('confusion', epoch, {
      classes: ['a', 'b'],
      matrix: [
        [epoch, 0],
        [0, epoch],
      ],
    });
    await writeFile(`${checkpoint}.tmp`, JSON.stringify({ epoch }));
    await rename(`${checkpoint}.tmp`, checkpoint);
    reporter.checkpoint(epoch, epoch);
    reporter.progress(epoch / config.epochs, config.epochs - epoch);
  }
}

async function train(snapshot: Snapshot, config: Config, context: TrainingContext): Promise<ArtifactSummary> {
  await passEpochs(config, context);
  const classes = snapshot.manifest.classes.map(({ code, name }) => ({ code, name }));
  const counts = config.blind ? {} : await countWords(snapshot, ({ split }) => config.refit || split === 'train');
  const weights = { classes, counts, smoothing: config.smoothing, unopenable: config.unopenable };
  const bytes = Buffer.from(JSON.stringify(weights));
  await writeFile(join(context.artifactDir, 'counts.json'), bytes);
  const summary: ArtifactSummary = {
    task: 'classify',
    description: `words: ${classes.length} types`,
    metrics: await measure((text) => rank(weights, text)[0]?.code, snapshot, 'test'),
    primaryMetric: 'accuracy',
    trainedOn: {
      snapshot: snapshot.manifest.hash,
      splits: config.refit ? ['train', 'validation', 'test'] : ['train'],
    },
    files: [{ path: 'counts.json', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }],
  };
  await writeFile(join(context.artifactDir, 'model.json'), JSON.stringify(summary));
  return summary;
}

function answer(model: Model, input: Input, top: number, explain: boolean): PredictionResult<Output> {
  const text = textOf(input);
  if (text === 'end the thread') process.exit(1);
  if (text === 'tell the engine')
    return { ok: false, error: { code: 'input.engine', message: JSON.stringify(model.engine) } };
  if (!text && !input.image)
    return { ok: false, error: { code: 'input.empty', message: 'Give a title, a description or a photo.' } };
  const predictions = rank(model, text).slice(0, top);
  const used = text ? (input.image ? 'both' : 'text') : 'image';
  const words = [{ field: 'title' as const, start: 0, end: 1, text: text.slice(0, 1), weight: 1 }];
  return { ok: true, output: explain ? { predictions, used, explanation: { words } } : { predictions, used } };
}

async function open(directory: string, engine: Partial<Engine> = {}): Promise<Predictor<Input, Output>> {
  const summary = JSON.parse(await readFile(join(directory, 'model.json'), 'utf8')) as ArtifactSummary;
  const bytes = await readFile(join(directory, 'counts.json'));
  if (createHash('sha256').update(bytes).digest('hex') !== summary.files[0]?.sha256)
    throw new ArtifactError('counts.json is cut short or changed; train or import the model again.');
  const weights = JSON.parse(bytes.toString()) as Omit<Model, 'summary' | 'engine'>;
  if (weights.unopenable)
    throw new VitrineError('model.open', 'The network can’t be loaded; train the model again.', 503);
  const model = { ...weights, summary, engine };
  return {
    predict: (inputs, { top = 5, explain = false } = {}) =>
      Promise.resolve(inputs.map((input) => answer(model, input, top, explain))),
    close: () => Promise.resolve(),
  };
}

const task: Task<Config, Input, Output> = {
  name: 'classify',
  title: 'Words',
  configSchema,
  configFiles: ['notes'],
  inputSchema: z.object({ title: z.string().optional() }) as unknown as z.ZodType<Input>,
  outputSchema: z.unknown() as z.ZodType<Output>,
  metric: { name: 'accuracy', direction: 'max' },
  prepare: () => Promise.resolve(),
  train,
  async evaluate(predictor, snapshot, { split = 'test', onProgress } = {}) {
    const answers = new Map<string, string | undefined>();
    for await (const row of snapshot.rows()) {
      const text = textOf(row);
      const [result] = text ? await predictor.predict([{ title: text }]) : [];
      answers.set(text, result?.ok ? result.output.predictions[0]?.code : undefined);
    }
    return { metrics: await measure((text) => answers.get(text), snapshot, split, onProgress), figures: {} };
  },
  open,
};

export const wordsTask = task as Task<never, never, never> as unknown as Task;

/** The test task by the name whose place it takes. The others are only loaded by who asks for one: all take four times as long. */
export async function testTaskNamed(name: string): Promise<Task> {
  return name === wordsTask.name ? wordsTask : (await import('@vitrine/models')).taskNamed(name);
}
