import { join } from 'node:path';
import { InputError, VitrineError } from '../errors.js';
import { decodePicture } from '../pictures/decode.js';
import type { PictureSpec } from '../pictures/picture.js';
import type { PredictionResult, Predictor } from '../task.js';
import { ENCODER_FILE, readDescription } from './artifact.js';
import { type Encoder, openEncoder } from './encoder.js';
import type { SimilarInput, SimilarOutput } from './schema.js';

/**
 * Opens an encoder of pictures; `dimension` numbers are in each vector.
 * @throws ArtifactError when a file is missing, cut short, changed or of another version.
 */
export async function openSimilar(
  directory: string,
  { threads = 1 }: { threads?: number } = {},
): Promise<Predictor<SimilarInput, SimilarOutput> & { readonly dimension: number }> {
  const { spec } = await readDescription(directory);
  const encoder = await openEncoder(join(directory, ENCODER_FILE), spec, { threads });
  return {
    dimension: encoder.dimension,
    predict: (inputs) => predict(encoder, spec, inputs),
    close: () => encoder.close(),
  };
}

async function predict(
  encoder: Encoder,
  spec: PictureSpec,
  inputs: readonly SimilarInput[],
): Promise<PredictionResult<SimilarOutput>[]> {
  const pictures = await Promise.all(inputs.map((input) => pictureOf(input, spec)));
  const vectors = await encoder.embed(pictures.flatMap((each) => (each instanceof VitrineError ? [] : [each])));
  let next = 0;
  return pictures.map((each) => {
    if (each instanceof VitrineError) return { ok: false, error: { code: each.code, message: each.message } };
    const vector = [...vectors.subarray(next * encoder.dimension, ++next * encoder.dimension)];
    return { ok: true, output: { vector } };
  });
}

async function pictureOf({ image }: SimilarInput, spec: PictureSpec): Promise<Uint8Array | VitrineError> {
  if (!image || image.length === 0) return new InputError('input.empty', 'There is no photo; give one.');
  try {
    return await decodePicture({ kind: 'encoded', bytes: Buffer.from(image) }, spec);
  } catch (error) {
    if (error instanceof VitrineError) return error;
    throw error;
  }
}
