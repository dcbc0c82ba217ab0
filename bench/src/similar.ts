import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withData } from './classify.js';
import { vitrine } from './product.js';
import { type Cell, publish, table } from './report.js';

const run = promisify(execFile);

interface Imported {
  rows: number;
  splits: Record<'train' | 'validation' | 'test', number>;
}

interface Run {
  metrics: Record<string, number>;
  startedAt: string;
  finishedAt: string;
  modelId: string;
  /** What was trained, in words. */
  message: string;
}

const headers = ['vectors', 'precision@10', '5-NN accuracy'];
const shown = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(3));

/** What the vectors of one training reach on the test rows, below what they have to beat. */
function rowsOf({ metrics }: Run): Cell[][] {
  const row = (what: string, prefix: string): Cell[] => {
    const named = (name: string) => (prefix ? `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}` : name);
    return [what, shown(metrics[named('precisionAt10')]), shown(metrics[named('knnAccuracy')])];
  };
  return [
    row('128 principal components of the pixels', 'pixels'),
    row('the network untrained, averaged over the picture', 'untrainedPooled'),
    row('the network untrained, read out as the trained one, without titles (edges and all stages)', 'untrained'),
    ...('untrainedTitledPrecisionAt10' in metrics
      ? [row('the network untrained, read out as the trained one, with titles', 'untrainedTitled')]
      : []),
    row('the network trained', ''),
  ];
}

interface Section {
  readonly title: string;
  /** What is learnt from. */
  readonly from: string;
  /** The data set's name. */
  readonly name: string;
  readonly settings?: readonly string[];
}

async function section(
  dataDir: string,
  { title, from, name, settings = [] }: Section,
  { rows, splits }: Imported,
): Promise<string[]> {
  const training = await vitrine<Run>(dataDir, 'train', 'similar', ...settings, '--data', name);
  const minutes = (Date.parse(training.finishedAt) - Date.parse(training.startedAt)) / 60_000;
  const measured = training.metrics.examples;
  return [
    `## ${title}`,
    `${rows} rows: ${splits.train} to learn from, ${from}, without their categories; ${splits.validation} to choose by; ` +
      `${measured} of those left apart are each looked for among the others. ${minutes.toFixed(1)} minutes in all.`,
    table(headers, rowsOf(training)),
  ];
}

/** Photos a second from files to vectors, with ResNet-18 at 128 pixels, start of the command included. */
async function throughput(dataDir: string, folder: string, photos: number): Promise<string[]> {
  const settings = ['backbone=resnet18', 'size=128', 'epochs=1'];
  const { modelId, message } = await vitrine<Run>(dataDir, 'train', 'similar', ...settings, '--data', 'myntra');
  await vitrine(dataDir, 'models', 'promote', modelId, '--force');
  const begun = performance.now();
  await vitrine(dataDir, 'predict', 'similar', folder, '--out', join(dataDir, 'vectors.jsonl'));
  const seconds = (performance.now() - begun) / 1000;
  const pace = `${photos} photos in ${seconds.toFixed(1)} s: ${(photos / seconds).toFixed(0)} photos/s, decoding and the start of the command included.`;
  return ['## Throughput', `${message}: ${pace}`];
}

const views = 'two views of each photo';
const title = 'Myntra photos, article types';

const PARTS = ['myntra', 'fashion-mnist', 'titles', 'throughput'] as const;

/**
 * Vectors learnt from scratch on photos of a shop, and on small grey pictures; what is measured is published at once.
 * @param only one of the parts, which is published apart
 */
export async function similar({ only }: { only: string | undefined }): Promise<void> {
  const parts = PARTS.filter((part) => !only || part === only);
  if (!parts.length) throw new Error(`No part is named ${only}; there are ${PARTS.join(', ')}.`);
  const sections: string[] = [];
  const add = async (found: string[]) => {
    sections.push(...found);
    await publish(only ? `similar-${only}` : 'similar', 'Vectors of what looks alike', sections);
  };
  const fashion = withData('fashion-mnist', async (path, dataDir) => {
    const set = await vitrine<Imported>(dataDir, 'data', 'import', 'fashion-mnist', path, '--name', 'fashion');
    await add(await section(dataDir, { title: 'Fashion-MNIST, classes', name: 'fashion', from: views }, set));
  });
  if (only === 'fashion-mnist') return fashion();
  await withData('myntra', async (path, dataDir) => {
    const unpacked = join(dataDir, 'unpacked');
    await mkdir(unpacked, { recursive: true });
    await run('tar', ['xf', join(path, 'myntra.tar'), '-C', unpacked]);
    const columns = ['--map', 'title=productDisplayName,label=articleType,image=image_file'];
    const words = ['data', 'import', 'products', join(unpacked, 'products.csv'), '--name', 'myntra', ...columns];
    const set = await vitrine<Imported>(dataDir, ...words, '--split', '0.58,0.09,0.33');
    const myntra = { title, name: 'myntra', from: `${views}, and the words of its title` };
    const alone = { ...myntra, title: `${title}; titles=false`, from: views, settings: ['titles=false'] };
    if (parts.includes('myntra')) await add(await section(dataDir, myntra, set));
    if (parts.includes('fashion-mnist')) await fashion();
    if (parts.includes('titles')) await add(await section(dataDir, alone, set));
    if (parts.includes('throughput')) await add(await throughput(dataDir, join(unpacked, 'images'), set.rows));
  })();
}
