import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFiles, MODEL_FILE } from '../artifact.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ArtifactSummary, Metrics, TrainingContext } from '../task.js';
import { ENCODER_FILE, writeDescription } from './artifact.js';
import type { SimilarConfig } from './config.js';
import { compareEncoders } from './evaluation/measure.js';
import { hasCategories, readPictures, requireSimilar } from './pictures.js';
import { trainEncoder } from './train-encoder.js';

const WITHOUT_CATEGORIES =
  'There are no categories, or only one, in the validation or the test split. Whether products of a kind find each other ' +
  'can’t be measured, so it is measured how often the vector of one view of a photo has that of another view of it nearest.';

/**
 * Learns vectors of pictures by contrast (Chen et al. 2020), measures how well the test pictures find their like, beside
 * pixels and an untrained encoder, and writes the encoder. Goes on from what `workDir` holds, to the same result.
 * @throws DataError when there are too few pictures, ConfigError when the weights given cannot be used.
 */
export async function trainSimilar(
  snapshot: Snapshot,
  config: SimilarConfig,
  given: TrainingContext,
): Promise<ArtifactSummary> {
  const context = { ...given, seed: config.seed ?? given.seed };
  const { reporter, artifactDir } = context;
  reporter.phase('prepare', 'Reading the data set');
  const rows = await readPictures(snapshot);
  requireSimilar(rows);
  const categories = hasCategories(rows);
  if (!categories) reporter.log('warn', WITHOUT_CATEGORIES);
  const { plan, spec, bits, encoders } = await trainEncoder({ snapshot, rows, config, context, categories });
  reporter.phase('evaluate', `Comparing with ${categories ? 'pixels and with ' : ''}an untrained network`);
  const metrics = await compareEncoders({ snapshot, rows, plan, spec, context }, encoders);
  reporter.log('info', comparisonText(metrics));

  reporter.phase('export');
  await mkdir(artifactDir, { recursive: true });
  await writeFile(join(artifactDir, ENCODER_FILE), encoders.trained);
  const summary: ArtifactSummary = {
    task: 'similar',
    description: `${plan.backbone} at ${spec.width} × ${spec.height} pixels, ${encoders.untrainedTitled ? 'with titles, ' : ''}without labels, in ${bits} bits`,
    metrics,
    primaryMetric: categories ? 'precisionAt10' : 'viewAccuracy',
    trainedOn: { snapshot: snapshot.manifest.hash, splits: ['train'] },
    files: await describeFiles(artifactDir, [ENCODER_FILE]),
  };
  await writeDescription(artifactDir, { config, spec, summary });
  reporter.progress(1, 0);
  const own = await describeFiles(artifactDir, [MODEL_FILE]);
  return { ...summary, files: [...own, ...summary.files] };
}

/** What the training itself has added, in words. */
function comparisonText(metrics: Metrics): string {
  const [name, trained, untrained, titled] =
    metrics.precisionAt10 === undefined
      ? ['view accuracy', metrics.viewAccuracy, metrics.untrainedViewAccuracy, metrics.untrainedTitledViewAccuracy]
      : ['precision@10', metrics.precisionAt10, metrics.untrainedPrecisionAt10, metrics.untrainedTitledPrecisionAt10];
  const beside = [
    untrained !== undefined && `${untrained.toFixed(3)} read out without titles`,
    titled !== undefined && `${titled.toFixed(3)} with them`,
  ];
  return `${name} ${trained!.toFixed(3)}; the same network untrained: ${beside.filter(Boolean).join(', ')}.`;
}
