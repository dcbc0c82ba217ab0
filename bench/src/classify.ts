import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { inFreshDirectory, testData, vitrine } from './product.js';
import { findPython } from './python.js';
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

/** Plain models to compare with, each a script that learns from a snapshot's train split, and the module it needs. */
const references = [
  { title: 'TF-IDF + linear SVM (scikit-learn)', module: 'sklearn', script: 'tfidf_svm.py' },
  { title: 'hashed n-grams, embedding bag of 64 (PyTorch)', module: 'torch', script: 'hashed_bag.py' },
];

/** What plain models reach on the same rows, where Python has what they need. */
async function referenceRows(snapshotDir: string): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const { title, module, script } of references) {
    const found = await findPython(module);
    if (!found) continue;
    const path = fileURLToPath(new URL(`../reference/${script}`, import.meta.url));
    const { stdout } = await run(found.python, [path, snapshotDir]);
    const { accuracy, macroF1 } = JSON.parse(stdout) as Record<string, number>;
    rows.push([title, shown(accuracy), shown(macroF1), '–', '–', '–']);
  }
  return rows;
}

/** Leaves a benchmark out, loudly, where its data are absent. */
export function withData(folder: string, bench: (path: string, dataDir: string) => Promise<void>): () => Promise<void> {
  const path = join(testData, folder);
  return async () => {
    if (existsSync(path)) await inFreshDirectory((dataDir) => bench(path, dataDir));
    else console.warn(`SKIPPED: no data at ${path}; set VITRINE_TEST_DATA.`);
  };
}

/** Rows that resemble a test set kept elsewhere at most so much (Jaccard) are the leak-controlled ones. */
const MOST_ALIKE = 0.5;

/** Writes the leak-controlled rows of a file of listings; their column `max_jaccard_to_eval` is the last. */
async function leakControlled(file: string, to: string): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString('utf8')
    .split('\n');
  const [header = '', ...rows] = lines.filter(Boolean);
  const kept = rows.filter((line) => Number(line.slice(line.lastIndexOf(',') + 1)) < MOST_ALIKE);
  await writeFile(to, [header, ...kept, ''].join('\n'));
}

/** Text alone, 27 types. Figures are of the model that saw the train split only; the model kept then learns from all rows. */
export const rakuten = withData('rakuten', async (path, dataDir) => {
  const names = join(path, 'prdtypecode_to_category_name.json');
  const all = join(path, 'rakuten_en_train.csv.gz');
  const controlled = join(dataDir, 'leak-controlled.csv');
  await leakControlled(all, controlled);
  const sections: string[] = [];
  for (const [title, name, file] of [
    ['All rows', 'rakuten', all],
    [`Leak-controlled rows: below ${MOST_ALIKE} of likeness to a test set kept elsewhere`, 'controlled', controlled],
  ] as const) {
    const set = await importAs(dataDir, name, 'rakuten', file, '--names', names);
    const text = row('text', await train(dataDir, name, 'model=text'));
    const compared = await referenceRows(join(dataDir, 'blobs/directories/datasets', name, set.snapshot));
    sections.push(`## ${title}`, countsOf(set), table(headers, [text, ...compared]));
  }
  const note = 'All learn from the train split. The training time includes learning again from all rows.';
  await publish('rakuten', 'Rakuten text, 27 types', [...sections, note]);
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
