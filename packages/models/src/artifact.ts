import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { ArtifactError } from './errors.js';
import type { ArtifactSummary, TaskName } from './task.js';

export const MODEL_FILE = 'model.json';

type ArtifactFile = ArtifactSummary['files'][number];

/** What any artifact says of itself. */
export const artifactSummarySchema = z.strictObject({
  task: z.string(),
  description: z.string(),
  metrics: z.record(z.string(), z.number()),
  primaryMetric: z.string(),
  trainedOn: z.strictObject({
    snapshot: z.string().nullable(),
    splits: z.array(z.enum(['train', 'validation', 'test'])),
  }),
  files: z
    .array(z.strictObject({ path: z.string().min(1), sha256: z.string(), bytes: z.number().int().nonnegative() }))
    .min(1),
});

/** The summary in a task's `model.json`. */
export function summarySchemaOf<Name extends TaskName>(task: Name) {
  return artifactSummarySchema.extend({ task: z.literal(task) });
}

/** What every task's `model.json` holds, besides what the task itself keeps there. */
interface Description {
  readonly summary: ArtifactSummary;
}

/** Sizes and SHA-256 of files in a directory. */
export function describeFiles(directory: string, paths: readonly string[]): Promise<ArtifactSummary['files']> {
  return Promise.all(
    paths.map(async (path) => {
      const file = join(directory, path);
      return { path, sha256: await sha256Of(file), bytes: (await stat(file)).size };
    }),
  );
}

/** Writes `model.json`, last of all files and whole: without it a directory is no model. */
export async function writeModelFile(directory: string, description: Description): Promise<void> {
  const file = join(directory, MODEL_FILE);
  await writeFile(`${file}.part`, `${JSON.stringify({ version: 1, ...description }, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/**
 * Reads `model.json` and checks every file it names.
 * @throws ArtifactError when one is missing, cut short or changed, or the model is of another version.
 */
export async function readModelFile<D extends Description>(directory: string, schema: z.ZodType<D>): Promise<D> {
  const text = await readFile(join(directory, MODEL_FILE), 'utf8').catch(() => {
    throw new ArtifactError(`${join(directory, MODEL_FILE)} is missing; train or import the model again.`);
  });
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    const reason = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ArtifactError(
      `${MODEL_FILE} is damaged or of a version this program does not know (at "${reason}"); train or import the model again.`,
    );
  }
  await checkFiles(directory, parsed.data.summary.files);
  return parsed.data;
}

/**
 * Checks files of an artifact against their sizes and hashes.
 * @throws ArtifactError naming the file that is missing, cut short or changed, or lies elsewhere.
 */
export async function checkFiles(directory: string, files: readonly ArtifactFile[]): Promise<void> {
  await Promise.all(files.map((file) => checkFile(resolve(directory), file)));
}

async function checkFile(root: string, { path, sha256, bytes }: ArtifactFile): Promise<void> {
  const file = resolve(root, path);
  if (!file.startsWith(root + sep)) throw new ArtifactError(`The model's file ${path} lies outside of its folder.`);
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  const again = 'train or import the model again.';
  if (size === undefined) throw new ArtifactError(`The model's file ${path} is missing; ${again}`);
  if (size !== bytes)
    throw new ArtifactError(
      `The model's file ${path} is cut short or changed: ${size} bytes instead of ${bytes}; ${again}`,
    );
  if ((await sha256Of(file)) !== sha256) throw new ArtifactError(`The model's file ${path} was changed; ${again}`);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
