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

function row(what: string, training: Run): Cell[] {
  const { metrics } = training;
  return [what, shown(metrics.accuracy), shown(metrics.macroF1), shown(metrics.ece), `${seconds(training)} s`];
}

const headers = ['model', 'accuracy', 'macro F1', 'expected calibration error', 'training'];

async function importAs(dataDir: string, name: string, format: string, path: string, ...words: string[]) {
  return vitrine<{ rows: number; snapshot: string }>(dataDir, 'data', 'import', format, path, '--name', name, ...words);
}

async function train(dataDir: string, name: string, ...words: string[]): Promise<Run> {
  return vitrine<Run>(dataDir, 'train', 'classify', ...words, '--data', name);
}

/** TF-IDF with a linear SVM on the same rows, where Python and scikit-learn are installed. */
async function reference(dataDir: string, snapshot: string): Promise<Cell[][]> {
  const script = fileURLToPath(new URL('../reference/tfidf_svm.py', import.meta.url));
  const directory = join(dataDir, 'snapshots', snapshot);
  const answer = await run('/usr/bin/python3', [script, directory]).catch(() => undefined);
  if (!answer) return [];
  const { accuracy, macroF1 } = JSON.parse(answer.stdout) as Record<string, number>;
  return [['TF-IDF + linear SVM (scikit-learn, train split only)', shown(accuracy), shown(macroF1), '–', '–']];
}

async function rakuten(dataDir: string): Promise<string> {
  const set = await importAs(
    dataDir,
    'rakuten',
    'rakuten',
    join(testData, 'rakuten/rakuten_en_train.csv.gz'),
    '--names',
    join(testData, 'rakuten/prdtypecode_to_category_name.json'),
  );
  const text = await train(dataDir, 'rakuten', 'model=text');
  return `## Rakuten text, 27 types, ${set.rows} rows\n\n${table(headers, [row('text', text), ...(await reference(dataDir, set.snapshot))])}`;
}

async function fashion(dataDir: string): Promise<string> {
  const set = await importAs(dataDir, 'fashion', 'fashion-mnist', join(testData, 'fashion-mnist'));
  return `## Fashion-MNIST, ${set.rows} training pictures, test split of them\n\n${table(headers, [row('image', await train(dataDir, 'fashion'))])}`;
}

async function myntra(dataDir: string): Promise<string> {
  const unpacked = join(dataDir, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  await run('tar', ['xf', join(testData, 'myntra/myntra.tar'), '-C', unpacked]);
  const set = await importAs(
    dataDir,
    'myntra',
    'products',
    join(unpacked, 'products.csv'),
    '--map',
    'title=productDisplayName,label=articleType,image=image_file',
  );
  const rows: Cell[][] = [];
  for (const model of ['text', 'image', 'fusion'])
    rows.push(row(model, await train(dataDir, 'myntra', `model=${model}`)));
  return `## Myntra, article types, ${set.rows} products\n\n${table(headers, rows)}`;
}

/** Accuracy and calibration of `classify` on real data, through the same commands a user runs, on test splits kept apart. */
export async function classify(): Promise<void> {
  if (!existsSync(testData)) return console.warn(`SKIPPED: no data at ${testData}; set VITRINE_TEST_DATA.`);
  const sections: string[] = [];
  for (const section of [rakuten, fashion, myntra]) sections.push(await inFreshDirectory(section));
  await publish('classify', 'Classification on real data', sections);
}
