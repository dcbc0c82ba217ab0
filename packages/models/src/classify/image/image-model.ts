import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ExportSource,
  exportOnnx,
  floatsOf,
  foldBatchNorm,
  GradError,
  type OnnxModel,
  openModel,
} from '@vitrine/grad';
import { z } from 'zod';
import type { Engine } from '../../engine.js';
import { ArtifactError } from '../../errors.js';
import { decodePicture, type PictureSource } from '../../pictures/decode.js';
import { normalisePicture, type PictureSpec, pictureSize, pictureSpecSchema } from '../../pictures/picture.js';
import { Sessions } from '../../sessions.js';
import { blend } from '../blend.js';
import { gradientHistograms, HISTOGRAM_SIZE } from './gradient-histograms.js';
import { GRADIENTS_FILE } from './gradient-model.js';

const MODEL_FILE = 'image.onnx';
const DESCRIPTION_FILE = 'image.json';

const descriptionSchema = z.strictObject({
  version: z.literal(1),
  classes: z.number().int().min(1),
  spec: pictureSpecSchema,
  /** Of the network's logits, and of the gradient model's where there is one. */
  weights: z.array(z.number()).min(1).max(2).default([1]),
});
export type ImageModelDescription = Omit<z.output<typeof descriptionSchema>, 'version'>;

/** Files of a saved image model, relative to its directory. */
export function imageModelFiles({ weights }: ImageModelDescription): string[] {
  return [DESCRIPTION_FILE, MODEL_FILE, ...(weights.length > 1 ? [GRADIENTS_FILE] : [])];
}

/** What the model says of a batch of pictures. */
export interface ImageScores {
  /** [pictures × classes], before softmax. */
  readonly logits: Float32Array;
  /** Those of which `logits` is the weighted sum: the network's, and the gradient model's where there is one. */
  readonly experts: readonly Float32Array[];
  /** Penultimate layer of the network [pictures × featureSize]. */
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
  await describeImageModel(directory, description);
}

export async function describeImageModel(directory: string, description: ImageModelDescription): Promise<void> {
  await writeFile(join(directory, DESCRIPTION_FILE), `${JSON.stringify({ version: 1, ...description }, null, 2)}\n`);
}

/**
 * Opens an image model written by `trainImageModel`.
 * @throws ArtifactError when a file is missing, damaged or of another version.
 */
export async function openImageModel(directory: string, engine: Partial<Engine> = {}): Promise<ImageModel> {
  const description = await readDescription(join(directory, DESCRIPTION_FILE));
  return Sessions.open((sessions) => openParts(directory, description, { sessions, engine }));
}

async function openParts(
  directory: string,
  description: ImageModelDescription,
  { sessions, engine }: { sessions: Sessions; engine: Partial<Engine> },
): Promise<ImageModel> {
  const { spec, classes, weights } = description;
  const network = sessions.add(await openPart(join(directory, MODEL_FILE), engine));
  const gradients =
    weights.length > 1 ? sessions.add(await openPart(join(directory, GRADIENTS_FILE), { threads: 1 })) : undefined;
  const features = network.outputs.find(({ name }) => name === 'features')?.shape[1];
  if (typeof features !== 'number') throw new ArtifactError(`${MODEL_FILE} has no features; train the model again.`);
  return {
    description,
    featureSize: features,
    decode: (source) => decodePicture(source, spec),
    async score(pictures) {
      const experts = weights.map(() => new Float32Array(pictures.length * classes));
      const seen = new Float32Array(pictures.length * features);
      for (let start = 0; start < pictures.length; start += BATCH) {
        const batch = pictures.slice(start, start + BATCH);
        const ofNetwork = await scoreBatch(network, description, batch);
        experts[0]!.set(ofNetwork.logits, start * classes);
        seen.set(ofNetwork.features, start * features);
        if (gradients) experts[1]!.set(await scoreGradients(gradients, spec, batch), start * classes);
      }
      return { logits: blend(experts, weights), experts, features: seen };
    },
    close: () => sessions.close(),
  };
}

async function openPart(file: string, engine: Partial<Engine>): Promise<OnnxModel> {
  return openModel(file, engine).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
}

/** Runs each picture beside its mirror image and averages the two. */
async function scoreBatch(
  model: OnnxModel,
  { spec }: ImageModelDescription,
  pictures: readonly Uint8Array[],
): Promise<{ logits: Float32Array; features: Float32Array }> {
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

/** The gradient model's logits, averaged with those of the mirror images. */
async function scoreGradients(
  model: OnnxModel,
  spec: PictureSpec,
  pictures: readonly Uint8Array[],
): Promise<Float32Array> {
  const histograms = new Float32Array(2 * pictures.length * HISTOGRAM_SIZE);
  [false, true].forEach((mirrored, half) => {
    pictures.forEach((picture, i) => {
      histograms.set(gradientHistograms(picture, spec, mirrored), (half * pictures.length + i) * HISTOGRAM_SIZE);
    });
  });
  return averageHalves(floatsOf((await model.run({ histograms })).logits));
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
