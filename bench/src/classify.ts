import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inFreshDirectory, testData, vitrine } from './product.js';
import { type Cell, publish, table } from './report.js';

const run = promisify(execFile);

interface Run {
  metrics: Record<string, number>;
  startedAt: string;
  finishedAt: string;
}

const seconds = ({ startedAt, finishedAt }: Run) =>
  ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(0);
const shown = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4));

function scores(metrics: Record<string, number>, part = ''): string[] {
  return ['accuracy', 'macroF1', 'ece', 'eceByChance'].map((name) => shown(metrics[part + name]));
}

function row(what: string, training: Run): Cell[] {
  const { metrics } = training;
  return [what, ...scores(metrics), `${seconds(training)} s`];
}

const BY_CHANCE =
  'By chance: the calibration error that a perfectly calibrated model of the same confidences shows on average on as many rows.';
const headers = ['model', 'accuracy', 'macro F1', 'expected calibration error', 'expected by chance', 'training'];

interface Imported {
  rows: number;
  snapshot: string;
  splits: Record<'train' | 'validation' | 'test', number>;
}

function countsOf({ rows, splits }: Imported): string {
  return `${rows} rows: ${splits.train} to learn from, ${splits.validation} to choose and calibrate by, ${splits.test} to measure on. Near-duplicates stay on one side.`;
}

async function importAs(dataDir: string, name: string, format: string, path: string, ...words: string[]) {
  return vitrine<Imported>(dataDir, 'data', 'import', format, path, '--name', name, ...words);
}

async function train(dataDir: string, name: string, ...words: string[]): Promise<Run> {
  return vitrine<Run>(dataDir, 'train', 'classify', ...words, '--data', name);
}

/** TF-IDF with a linear SVM on the same rows, where Python and scikit-learn are installed. */
async function reference(snapshotDir: string): Promise<Cell[][]> {
  const script = fileURLToPath(new URL('../reference/tfidf_svm.py', import.meta.url));
  const answer = await run('/usr/bin/python3', [script, snapshotDir]).catch(() => undefined);
  if (!answer) return [];
  const { accuracy, macroF1 } = JSON.parse(answer.stdout) as Record<string, number>;
  return [['TF-IDF + linear SVM (scikit-learn)', shown(accuracy), shown(macroF1), '–', '–', '–']];
}

/** Leaves a benchmark out, loudly, where its data are absent. */
export function withData(folder: string, bench: (path: string, dataDir: string) => Promise<void>): () => Promise<void> {
  const path = join(testData, folder);
  return async () => {
    if (existsSync(path)) await inFreshDirectory((dataDir) => bench(path, dataDir));
    else console.warn(`SKIPPED: no data at ${path}; set VITRINE_TEST_DATA.`);
  };
}

/** Text alone, 27 types. Figures are of the model that saw the train split only; the model kept then learns from all rows. */
export const rakuten = withData('rakuten', async (path, dataDir) => {
  const names = join(path, 'prdtypecode_to_category_name.json');
  const file = join(path, 'rakuten_en_train.csv.gz');
  const set = await importAs(dataDir, 'rakuten', 'rakuten', file, '--names', names);
  const text = row('text', await train(dataDir, 'rakuten', 'model=text'));
  const compared = await reference(join(dataDir, 'blobs/directories/datasets/rakuten', set.snapshot));
  const note = 'All learn from the train split. The training time includes learning again from all rows.';
  await publish('rakuten', 'Rakuten text, 27 types', [countsOf(set), table(headers, [text, ...compared]), note]);
});

/** 28 × 28 grey pictures, from scratch. */
export const fashionMnist = withData('fashion-mnist', async (path, dataDir) => {
  const set = await importAs(dataDir, 'fashion', 'fashion-mnist', path);
  const image = row('image', await train(dataDir, 'fashion'));
  await publish('fashion-mnist', 'Fashion-MNIST, test split of the training files', [
    countsOf(set),
    table(headers, [image]),
  ]);
});

/** Titles and photos of 2,443 products, article types, everything from scratch; one split for all three. */
export const myntra = withData('myntra', async (path, dataDir) => {
  const unpacked = join(dataDir, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  await run('tar', ['xf', join(path, 'myntra.tar'), '-C', unpacked]);
  const map = 'title=productDisplayName,label=articleType,image=image_file';
  const file = join(unpacked, 'products.csv');
  const set = await importAs(dataDir, 'myntra', 'products', file, '--map', map, '--split', '0.7,0.1,0.2');
  const fusion = await train(dataDir, 'myntra', 'model=fusion');
  const part = (name: string): Cell[] => [`${name} alone`, ...scores(fusion.metrics, `${name}.`), ''];
  const rows = [part('text'), part('image'), row('fusion, all of it', fusion)];
  await publish('myntra', 'Myntra titles and photos, article types', [countsOf(set), table(headers, rows), BY_CHANCE]);
});
