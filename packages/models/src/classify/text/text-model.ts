import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GradError } from '@vitrine/grad';
import { z } from 'zod';
import type { Engine } from '../../engine.js';
import { ArtifactError } from '../../errors.js';
import { blend } from '../blend.js';
import { textArchitectures } from './architectures.js';
import { textArchitectureSchema } from './config.js';
import type { CleanListing } from './encoding/ngrams.js';

const DESCRIPTION_FILE = 'text.json';

const descriptionSchema = z.strictObject({
  version: z.literal(1),
  architecture: textArchitectureSchema,
  classes: z.number().int().min(1),
  /** Weights of the experts, fitted on listings that none had seen; they make the logits calibrated. */
  weights: z.array(z.number()),
});
export type TextModelDescription = Omit<z.infer<typeof descriptionSchema>, 'version'>;

/** A trained text model. */
export interface TextModel {
  readonly description: TextModelDescription;
  /** Calibrated logits [listings × classes]. */
  score(listings: readonly CleanListing[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Files of a text model, relative to its directory. */
export function textModelFiles({ architecture }: TextModelDescription): string[] {
  return [DESCRIPTION_FILE, ...textArchitectures[architecture].files];
}

export async function describeTextModel(directory: string, description: TextModelDescription): Promise<void> {
  await writeFile(join(directory, DESCRIPTION_FILE), `${JSON.stringify({ version: 1, ...description }, null, 2)}\n`);
}

/**
 * Opens a text model written by `trainTextModel`.
 * @throws ArtifactError when a file is missing, damaged or of another version.
 */
export async function openTextModel(directory: string, engine: Partial<Engine> = {}): Promise<TextModel> {
  const description = await readDescription(join(directory, DESCRIPTION_FILE));
  const { architecture, classes, weights } = description;
  const experts = await textArchitectures[architecture].open(directory, classes, engine).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
  return {
    description,
    score: async (listings) => blend(await experts.score(listings), weights),
    close: () => experts.close(),
  };
}

async function readDescription(file: string): Promise<TextModelDescription> {
  try {
    const { version: _, ...description } = descriptionSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return description;
  } catch {
    throw new ArtifactError(`${file} is missing, damaged or of another version; train or import the model again.`);
  }
}
