import { z } from 'zod';
import { readModelFile, summarySchemaOf, writeModelFile } from '../artifact.js';
import { pictureSpecSchema } from '../pictures/picture.js';
import type { ArtifactSummary } from '../task.js';
import { pictureNetworkSchema, textNetworkSchema } from './imported/description.js';

export const ENCODER_FILE = 'encoder.onnx';

const descriptionSchema = z.strictObject({
  version: z.literal(1),
  config: z.record(z.string(), z.unknown()),
  /** How pictures enter the encoder. */
  spec: pictureSpecSchema,
  /** Of an encoder that was trained elsewhere. */
  network: pictureNetworkSchema.optional(),
  text: textNetworkSchema.optional(),
  summary: summarySchemaOf('similar'),
});
type SimilarDescription = Omit<z.infer<typeof descriptionSchema>, 'summary'> & { summary: ArtifactSummary };

/** Writes `model.json`, last of all files and whole: without it a directory is no model. */
export function writeDescription(directory: string, description: Omit<SimilarDescription, 'version'>): Promise<void> {
  return writeModelFile(directory, description);
}

/** Reads `model.json` and checks every file it names. @throws ArtifactError */
export function readDescription(directory: string): Promise<SimilarDescription> {
  return readModelFile(directory, descriptionSchema);
}
