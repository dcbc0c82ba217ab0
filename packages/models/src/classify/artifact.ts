import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArtifactError } from '../errors.js';
import type { ArtifactSummary } from '../task.js';

export const MODEL_FILE = 'model.json';
export const TEXT_DIR = 'text';
export const IMAGE_DIR = 'image';
export const FUSION_DIR = 'fusion';

const fileSchema = z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.number().int().nonnegative() });

const summarySchema = z.strictObject({
  task: z.literal('classify'),
  description: z.string(),
  metrics: z.record(z.string(), z.number()),
  primaryMetric: z.string(),
  trainedOn: z.strictObject({
    snapshot: z.string(),
    splits: z.array(z.enum(['train', 'validation', 'test'])),
  }),
  files: z.array(fileSchema),
});

/** Which heads a model has; `fusion` has those of both and a joint head over them. */
export const kindSchema = z.enum(['text', 'image', 'fusion']);
export type ModelKind = z.infer<typeof kindSchema>;

const descriptionSchema = z.strictObject({
  version: z.literal(1),
  kind: kindSchema,
  /** In the order of the heads' logits. */
  classes: z.array(z.strictObject({ code: z.string(), name: z.string() })).min(2),
  config: z.record(z.string(), z.unknown()),
  calibration: z.strictObject({
    /** Inverse temperature of the image head (the text head's logits are calibrated as they are). */
    image: z.number().optional(),
    /** Weights of the heads' calibrated logits and of the joint head's, by what a listing has. */
    fusion: z
      .strictObject({
        text: z.array(z.number()).length(2),
        image: z.array(z.number()).length(2),
        both: z.array(z.number()).length(3),
      })
      .optional(),
  }),
  summary: summarySchema,
});
export type ModelDescription = Omit<z.infer<typeof descriptionSchema>, 'summary'> & { summary: ArtifactSummary };

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
export async function writeDescription(
  directory: string,
  description: Omit<ModelDescription, 'version'>,
): Promise<void> {
  const file = join(directory, MODEL_FILE);
  await writeFile(`${file}.part`, `${JSON.stringify({ version: 1, ...description }, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/**
 * Reads `model.json` and checks every file it names.
 * @throws ArtifactError when one is missing, cut short or changed, or the model is of another version.
 */
export async function readDescription(directory: string): Promise<ModelDescription> {
  const text = await readFile(join(directory, MODEL_FILE), 'utf8').catch(() => {
    throw new ArtifactError(`${join(directory, MODEL_FILE)} is missing; train or import the model again.`);
  });
  const parsed = descriptionSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const reason = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ArtifactError(
      `${MODEL_FILE} is damaged or of a version this program does not know (at "${reason}"); train or import the model again.`,
    );
  }
  await Promise.all(parsed.data.summary.files.map((file) => checkFile(directory, file)));
  return parsed.data;
}

async function checkFile(directory: string, { path, sha256, bytes }: z.infer<typeof fileSchema>): Promise<void> {
  const file = join(directory, path);
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  const again = 'train or import the model again.';
  if (size === undefined) throw new ArtifactError(`The model's file ${path} is missing; ${again}`);
  if (size !== bytes)
    throw new ArtifactError(`The model's file ${path} has ${size} bytes instead of ${bytes}; ${again}`);
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
