import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, type ArtifactSummary, artifactSummarySchema, checkFiles, tasks } from '@vitrine/models';

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
    const summary = artifactSummarySchema.parse(json.summary ?? json);
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
  await checkFiles(directory, summary.files);
  return summary.files.reduce((sum, { bytes }) => sum + bytes, 0);
}
