import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArtifactError, type ArtifactSummary, tasks } from '@vitrine/models';
import { z } from 'zod';

const summarySchema = z.object({
  task: z.string(),
  description: z.string(),
  metrics: z.record(z.string(), z.number()),
  primaryMetric: z.string(),
  trainedOn: z.object({ snapshot: z.string().nullable(), splits: z.array(z.enum(['train', 'validation', 'test'])) }),
  files: z
    .array(z.object({ path: z.string().min(1), sha256: z.string(), bytes: z.number().int().nonnegative() }))
    .min(1),
});

/**
 * What the artifact in a directory says of itself.
 * @throws ArtifactError when its `model.json` is missing, unreadable or of a task this server doesn't know.
 */
export async function readSummary(directory: string): Promise<ArtifactSummary> {
  const text = await readFile(join(directory, 'model.json'), 'utf8').catch(() => {
    throw new ArtifactError(`There is no model.json in ${directory}; give the directory that an export wrote.`);
  });
  try {
    const json = JSON.parse(text) as { summary?: unknown };
    const summary = summarySchema.parse(json.summary ?? json);
    if (tasks.has(summary.task)) return summary as ArtifactSummary;
  } catch (error) {
    throw new ArtifactError('model.json is cut short or not a model’s; export the model again.', String(error));
  }
  throw new ArtifactError('The model is for a task that this server doesn’t know; upgrade the server first.');
}

/**
 * Checks every file of an artifact against its hash and size.
 * @returns the bytes of all files
 * @throws ArtifactError naming the file that is missing, cut short or changed.
 */
export async function verifyArtifact(directory: string, summary: ArtifactSummary): Promise<number> {
  const root = resolve(directory);
  for (const { path, sha256, bytes } of summary.files) {
    const file = resolve(root, path);
    if (!file.startsWith(root + sep)) throw new ArtifactError(`${path} lies outside of the artifact.`);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw new ArtifactError(`${path} is missing; train or import the model again.`);
    if (found.size !== bytes || (await sha256Of(file)) !== sha256)
      throw new ArtifactError(`${path} is cut short or changed; train or import the model again.`);
  }
  return summary.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
