import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withData } from './classify.js';
import { vitrine } from './product.js';
import { type Cell, publish, table } from './report.js';

/** Splits whose answers are taken together. */
const SPLITS = 4;

interface Bin {
  count: number;
  confidence: number;
  accuracy: number;
}

interface Evaluation {
  metrics: Record<string, number>;
  figures: { reliability: Bin[] };
}

/** Bins over the answers of several test splits at once. */
function pooled(evaluations: readonly Evaluation[]): Bin[] {
  const bins = evaluations[0]?.figures.reliability.length ?? 0;
  return Array.from({ length: bins }, (_, b) => {
    const parts = evaluations.map(({ figures }) => figures.reliability[b]!);
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    const mean = (of: (bin: Bin) => number) =>
      parts.reduce((sum, part) => sum + part.count * of(part), 0) / Math.max(1, count);
    return { count, confidence: mean((bin) => bin.confidence), accuracy: mean((bin) => bin.accuracy) };
  });
}

/** Expected calibration error of the bins (Guo et al. 2017, eq. 3). */
function calibrationError(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / total) * Math.abs(bin.confidence - bin.accuracy), 0);
}

/**
 * Whether probabilities learnt from few photos can be trusted. On one small test split most of the measured error is
 * chance, so models are trained on several splits, and the answers on all their test rows are taken together.
 */
export const calibration = withData('myntra', async (path, dataDir) => {
  const unpacked = join(dataDir, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  await promisify(execFile)('tar', ['xf', join(path, 'myntra.tar'), '-C', unpacked]);
  const columns = ['--map', 'title=productDisplayName,label=articleType,image=image_file'];
  const evaluations: Evaluation[] = [];
  for (let seed = 1; seed <= SPLITS; seed++) {
    const name = `myntra-${seed}`;
    const words = ['--name', name, ...columns, '--split', '0.7,0.1,0.2', '--seed', String(seed)];
    await vitrine(dataDir, 'data', 'import', 'products', join(unpacked, 'products.csv'), ...words);
    await vitrine(dataDir, 'train', 'classify', 'model=image', '--data', name, '--seed', String(seed));
    const model = ['--model', `classify@${seed}`, '--split', 'test'];
    evaluations.push(await vitrine<Evaluation>(dataDir, 'evaluate', 'classify', '--data', name, ...model));
  }
  const shown = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4));
  const rows = evaluations.map(({ metrics }, i): Cell[] => {
    const scores = [metrics.accuracy, metrics.ece, metrics.eceByChance].map(shown);
    return [`split ${i + 1}`, metrics.examples ?? '–', ...scores];
  });
  const bins = pooled(evaluations);
  const answers = bins.reduce((sum, { count }) => sum + count, 0);
  const accuracy = bins.reduce((sum, bin) => sum + bin.count * bin.accuracy, 0) / answers;
  rows.push(['all together', answers, shown(accuracy), shown(calibrationError(bins)), '']);
  await publish('calibration', 'Calibration of photos alone, Myntra, article types', [
    `${SPLITS} splits of the 2,443 photos, each with a model of its own that is measured on its test rows; a photo may be in several test splits. ` +
      'By chance: the error that a perfectly calibrated model of the same confidences shows on average on as many rows.',
    table(['', 'answers', 'accuracy', 'expected calibration error', 'expected by chance'], rows),
  ]);
});
