import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExportSource, exportOnnx, foldBatchNorm, GradError, type OnnxModel, openModel } from '@vitrine/grad';
import { z } from 'zod';
import { ArtifactError } from '../../errors.js';
import { decodePicture, type PictureSource } from '../../pictures/decode.js';
import { normalisePicture, pictureSize, pictureSpecSchema } from '../../pictures/picture.js';

const MODEL_FILE = 'image.onnx';
const DESCRIPTION_FILE = 'image.json';

const descriptionSchema = z.strictObject({
  version: z.literal(1),
  classes: z.number().int().min(1),
  spec: pictureSpecSchema,
});
export type ImageModelDescription = Omit<z.infer<typeof descriptionSchema>, 'version'>;

/** Files of a saved image model, relative to its directory. */
export const IMAGE_MODEL_FILES: readonly string[] = [DESCRIPTION_FILE, MODEL_FILE];

/** What the network says of a batch of pictures. */
export interface ImageScores {
  /** [pictures × classes], before softmax. */
  readonly logits: Float32Array;
  /** Penultimate layer [pictures × featureSize]. */
  readonly features: Float32Array;
}

/** A trained image model. Calls occupy the thread; host it in a worker where that matters. */
export interface ImageModel {
  readonly description: ImageModelDescription;
  readonly featureSize: number;
  /** Decodes a picture for `score`. Throws `InputError` when it cannot be used. */
  decode(source: PictureSource): Promise<Uint8Array>;
  /** Scores decoded pictures, in order; mirrored copies are averaged in. */
  score(pictures: readonly Uint8Array[]): Promise<ImageScores>;
  close(): Promise<void>;
}

/** Pictures in one run of the network. */
const BATCH = 64;

/** Writes the network for serving and its description into a directory. */
export async function saveImageModel(
  directory: string,
  source: ExportSource,
  description: ImageModelDescription,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const model = exportOnnx(source, { outputs: ['logits', 'features'], passes: [foldBatchNorm] });
  await writeFile(join(directory, MODEL_FILE), model);
  await writeFile(join(directory, DESCRIPTION_FILE), `${JSON.stringify({ version: 1, ...description }, null, 2)}\n`);
}

/**
 * Opens an image model written by `trainImageModel`.
 * @throws ArtifactError when a file is missing, damaged or of another version.
 */
export async function openImageModel(
  directory: string,
  { threads = 2 }: { threads?: number } = {},
): Promise<ImageModel> {
  const description = await readDescription(join(directory, DESCRIPTION_FILE));
  const model = await openModel(join(directory, MODEL_FILE), { threads }).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
  const { spec, classes } = description;
  const features = model.outputs.find(({ name }) => name === 'features')?.shape[1];
  if (typeof features !== 'number') throw new ArtifactError(`${MODEL_FILE} has no features; train the model again.`);
  return {
    description,
    featureSize: features,
    decode: (source) => decodePicture(source, spec),
    async score(pictures) {
      const scores = {
        logits: new Float32Array(pictures.length * classes),
        features: new Float32Array(pictures.length * features),
      };
      for (let start = 0; start < pictures.length; start += BATCH) {
        const part = await scoreBatch(model, description, pictures.slice(start, start + BATCH));
        scores.logits.set(part.logits, start * classes);
        scores.features.set(part.features, start * features);
      }
      return scores;
    },
    close: () => model.release(),
  };
}

/** Runs each picture beside its mirror image and averages the two. */
async function scoreBatch(
  model: OnnxModel,
  { spec }: ImageModelDescription,
  pictures: readonly Uint8Array[],
): Promise<ImageScores> {
  const size = pictureSize(spec);
  const batch = new Float32Array(2 * pictures.length * size);
  pictures.forEach((picture, i) => {
    const mirror = (pictures.length + i) * size;
    normalisePicture(picture, spec, batch, i * size);
    batch.copyWithin(mirror, i * size, (i + 1) * size);
    for (let row = mirror; row < mirror + size; row += spec.width) batch.subarray(row, row + spec.width).reverse();
  });
  const { logits, features } = await model.run({ pictures: batch });
  return {
    logits: averageHalves(logits!.data as Float32Array),
    features: averageHalves(features!.data as Float32Array),
  };
}

function averageHalves(values: Float32Array): Float32Array {
  const half = values.length / 2;
  return Float32Array.from({ length: half }, (_, i) => (values[i]! + values[half + i]!) / 2);
}

async function readDescription(file: string): Promise<ImageModelDescription> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ArtifactError(`${file} is missing or cannot be read; train or import the model again.`);
  });
  try {
    const { version: _, ...description } = descriptionSchema.parse(JSON.parse(text));
    return description;
  } catch {
    throw new ArtifactError(`${file} is damaged or of another version; train or import the model again.`);
  }
}
