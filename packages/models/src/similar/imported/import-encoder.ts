import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GradError, type OnnxModel, openModel } from '@vitrine/grad';
import { describeFiles, MODEL_FILE } from '../../artifact.js';
import { ArtifactError } from '../../errors.js';
import { type PictureSpec, pictureSize, pictureSpecSchema } from '../../pictures/picture.js';
import type { ArtifactSummary } from '../../task.js';
import { ENCODER_FILE, writeDescription } from '../artifact.js';
import { outputOf, pictureInput, textInputs } from './choose.js';
import { type PictureNetwork, type Pool, TEXT_FILE, type TextNetwork, TOKENIZER_FILE } from './description.js';
import { openPictureEncoder } from './picture-encoder.js';
import { openTextEncoder } from './text-encoder.js';

/** An encoder trained elsewhere. */
export interface ImportedEncoder {
  /** An ONNX file of pictures [N, 3, H, W] or [N, H, W, 3] to vectors [N, F], tokens [N, T, F] or maps. */
  readonly network: string;
  /** Pixels a side, where the network takes any. */
  readonly size?: number;
  /** Of red, green and blue in [0, 1]: the network takes (value − mean) / deviation. ImageNet's unless given. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
  /** `cover` (the default) cuts what sticks out of the square, `contain` pads it with white. */
  readonly fit?: PictureSpec['fit'];
  readonly output?: string;
  readonly pool?: Pool;
  /** The side of an encoder that puts texts among the pictures, as CLIP has it. */
  readonly text?: { readonly network: string; readonly tokenizer: string; readonly output?: string };
  /** What it is, for people. */
  readonly description?: string;
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
/** Tokens of a text, where the network takes any number. */
const TOKENS = 256;

/**
 * Makes an artifact of the `similar` task from networks trained elsewhere, once they have shown that they work: pictures
 * (and texts) that differ give vectors that differ, the same ones twice the same.
 * @throws ArtifactError saying what does not fit; nothing is left in `directory` then.
 */
export async function importEncoder(encoder: ImportedEncoder, directory: string): Promise<ArtifactSummary> {
  await mkdir(directory, { recursive: true });
  try {
    return await writeArtifact(encoder, directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (error instanceof GradError) throw new ArtifactError(error.message);
    throw error;
  }
}

async function writeArtifact(encoder: ImportedEncoder, directory: string): Promise<ArtifactSummary> {
  const { network, spec } = await describeNetwork(encoder);
  const dimension = await tryPictures(encoder.network, { network, spec });
  const text = encoder.text && (await describeText(encoder.text, encoder.pool, dimension));
  const sources = [
    [encoder.network, ENCODER_FILE],
    ...(encoder.text
      ? [
          [encoder.text.network, TEXT_FILE],
          [encoder.text.tokenizer, TOKENIZER_FILE],
        ]
      : []),
  ] as const;
  for (const [from, to] of sources) await copyFile(from!, join(directory, to!));
  const files = sources.map(([, to]) => to!);
  const summary: ArtifactSummary = {
    task: 'similar',
    description:
      encoder.description ??
      `imported encoder at ${spec.width} × ${spec.height} pixels, ${dimension} numbers${text ? ', with texts' : ''}`,
    metrics: {},
    primaryMetric: 'precisionAt10',
    trainedOn: { snapshot: null, splits: [] },
    files: await describeFiles(directory, files),
  };
  await writeDescription(directory, { config: {}, spec, summary, network, ...(text ? { text } : {}) });
  const own = await describeFiles(directory, [MODEL_FILE]);
  return { ...summary, files: [...own, ...summary.files] };
}

async function describeNetwork(encoder: ImportedEncoder): Promise<{ network: PictureNetwork; spec: PictureSpec }> {
  return withModel(encoder.network, (model) => {
    const { frame, batch, ...form } = pictureInput(model, encoder.size);
    const { mean, deviation } = statisticsFor(encoder, frame.channels);
    const spec = pictureSpecSchema.safeParse({ ...frame, fit: encoder.fit ?? 'cover', mean, deviation });
    if (!spec.success) {
      throw new ArtifactError(`Pictures cannot go in so: ${spec.error.issues[0]?.path.join('.')} is out of range.`);
    }
    const network = { ...form, output: outputOf(model, encoder.output), pool: encoder.pool ?? 'mean' };
    return { network: batch === undefined ? network : { ...network, batch }, spec: spec.data };
  });
}

/** In 0–255, for each channel. */
function statisticsFor({ mean, deviation }: ImportedEncoder, channels: 1 | 3): { mean: number[]; deviation: number[] } {
  const grey = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const fitted = (values: readonly number[], what: string) => {
    if (values.length !== channels && values !== IMAGENET.mean && values !== IMAGENET.deviation) {
      throw new ArtifactError(`Give ${channels} ${what}, one for each channel, not ${values.length}.`);
    }
    return (channels === values.length ? values : [grey(values)]).map((value) => value * 255);
  };
  return {
    mean: fitted(mean ?? IMAGENET.mean, 'means'),
    deviation: fitted(deviation ?? IMAGENET.deviation, 'deviations'),
  };
}

/** @returns the numbers in a vector */
async function tryPictures(
  file: string,
  { network, spec }: { network: PictureNetwork; spec: PictureSpec },
): Promise<number> {
  const encoder = await openPictureEncoder(file, spec, { network });
  try {
    // Two pictures with nothing in common: a ramp, and squares.
    const size = pictureSize(spec);
    const ramp = Uint8Array.from({ length: size }, (_, i) => (255 * i) / size);
    const squares = Uint8Array.from({ length: size }, (_, i) => (i % 7 < 3 ? 30 : 220));
    checkPair(await encoder.embed([ramp, squares]), await encoder.embed([ramp, squares]), 'pictures');
    return encoder.dimension;
  } finally {
    await encoder.close();
  }
}

async function describeText(
  text: NonNullable<ImportedEncoder['text']>,
  pool: Pool = 'mean',
  dimension: number,
): Promise<TextNetwork> {
  const network = await withModel(text.network, (model) => {
    const { length, ...inputs } = textInputs(model);
    const tokens = { tokens: length ?? TOKENS, filled: length !== undefined };
    return { ...inputs, ...tokens, output: outputOf(model, text.output), pool };
  });
  const encoder = await openTextEncoder(text, { network });
  try {
    if (encoder.dimension !== dimension) {
      throw new ArtifactError(
        `Texts give ${encoder.dimension} numbers and pictures ${dimension}; both sides must come from one model.`,
      );
    }
    const texts = ['a red dress', 'black leather boots for winter'];
    checkPair(await encoder.embed(texts), await encoder.embed(texts), 'texts');
    return network;
  } finally {
    await encoder.close();
  }
}

/** Vectors of two inputs, made twice. */
function checkPair(vectors: Float32Array, again: Float32Array, of: string): void {
  const half = vectors.length / 2;
  const [first, second] = [vectors.subarray(0, half), vectors.subarray(half)];
  const isVector = (vector: Float32Array) => Math.abs(Math.hypot(...vector) - 1) < 1e-3;
  if (!isVector(first) || !isVector(second)) {
    throw new ArtifactError(`The network gives zeros, or what is no number, for ${of}; name another output.`);
  }
  const apart = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  if (apart(first, second) < 1e-6) {
    throw new ArtifactError(`The network gives the same vector for ${of} that differ; name another output.`);
  }
  if (apart(vectors, again) > 1e-3) {
    throw new ArtifactError(`The network gives other vectors for the same ${of} each time; export it for inference.`);
  }
}

async function withModel<T>(file: string, use: (model: OnnxModel) => T): Promise<T> {
  const model = await openModel(file);
  try {
    return use(model);
  } finally {
    await model.release();
  }
}
