import { z } from 'zod';
import { readModelFile, summarySchemaOf, writeModelFile } from '../artifact.js';
import type { ArtifactSummary } from '../task.js';

export const TEXT_DIR = 'text';
export const IMAGE_DIR = 'image';
export const FUSION_DIR = 'fusion';

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
  summary: summarySchemaOf('classify'),
});
export type ModelDescription = Omit<z.infer<typeof descriptionSchema>, 'summary'> & { summary: ArtifactSummary };

/** Writes `model.json`, last of all files and whole: without it a directory is no model. */
export function writeDescription(directory: string, description: Omit<ModelDescription, 'version'>): Promise<void> {
  return writeModelFile(directory, description);
}

/**
 * Reads `model.json` and checks every file it names.
 * @throws ArtifactError when one is missing, cut short or changed, or the model is of another version.
 */
export function readDescription(directory: string): Promise<ModelDescription> {
  return readModelFile(directory, descriptionSchema);
}
