import { join } from 'node:path';
import { GradError } from '@vitrine/grad';
import type { Engine } from '../engine.js';
import { ArtifactError, InputError, VitrineError } from '../errors.js';
import { decodePicture } from '../pictures/decode.js';
import type { PictureSpec } from '../pictures/picture.js';
import { Sessions } from '../sessions.js';
import type { PredictionResult, Predictor } from '../task.js';
import { ENCODER_FILE, readDescription } from './artifact.js';
import { openEncoder } from './encoder.js';
import { TEXT_FILE, TOKENIZER_FILE } from './imported/description.js';
import { openPictureEncoder, type PictureEncoder } from './imported/picture-encoder.js';
import { openTextEncoder, type TextEncoder } from './imported/text-encoder.js';
import type { SimilarInput, SimilarOutput } from './schema.js';

/** Pictures in one run of the network where many are asked for. */
const CHUNK = 16;

/** What an artifact holds, opened. */
interface Opened {
  readonly sessions: Sessions;
  readonly spec: PictureSpec;
  readonly pictures: PictureEncoder;
  /** Of encoders that put words among pictures. */
  readonly texts: TextEncoder | undefined;
}

/**
 * Opens an encoder of pictures; `dimension` numbers are in each vector.
 * @throws ArtifactError when a file is missing, cut short, changed or of another version.
 */
export async function openSimilar(
  directory: string,
  engine: Partial<Engine> = {},
): Promise<Predictor<SimilarInput, SimilarOutput> & { readonly dimension: number }> {
  const opened = await Sessions.open((sessions) => open(directory, sessions, engine)).catch((error: unknown) => {
    throw error instanceof GradError ? new ArtifactError(`${error.message} Train or import the model again.`) : error;
  });
  return {
    dimension: opened.pictures.dimension,
    predict: (inputs) => predict(opened, inputs),
    close: () => opened.sessions.close(),
  };
}

async function open(directory: string, sessions: Sessions, engine: Partial<Engine>): Promise<Opened> {
  const { spec, network, text } = await readDescription(directory);
  const file = join(directory, ENCODER_FILE);
  const pictures: PictureEncoder = sessions.add(
    network ? await openPictureEncoder(file, spec, { network, engine }) : await openEncoder(file, spec, engine),
  );
  if (!text) return { sessions, spec, pictures, texts: undefined };
  const files = { network: join(directory, TEXT_FILE), tokenizer: join(directory, TOKENIZER_FILE) };
  const texts = sessions.add(await openTextEncoder(files, { network: text, engine }));
  return { sessions, spec, pictures, texts };
}

/** Answers some at a time: while the network looks at these, the pictures of the next are decoded by other threads. */
async function predict(opened: Opened, inputs: readonly SimilarInput[]): Promise<PredictionResult<SimilarOutput>[]> {
  const reading = inputs.map((input) => pictureOf(input, opened.spec));
  // Whoever comes to it hears of it; nobody does where another one ends the answer before.
  for (const each of reading) each.catch(() => undefined);
  const results: PredictionResult<SimilarOutput>[] = [];
  for (let start = 0; start < inputs.length; start += CHUNK) {
    const read = await Promise.all(reading.slice(start, start + CHUNK));
    results.push(...(await answer(opened, inputs.slice(start, start + CHUNK), read)));
  }
  return results;
}

async function answer(
  { pictures, texts }: Opened,
  inputs: readonly SimilarInput[],
  read: readonly (Uint8Array | 'text' | VitrineError)[],
): Promise<PredictionResult<SimilarOutput>[]> {
  const vectors = await pictures.embed(read.filter((each) => each instanceof Uint8Array));
  let next = 0;
  return Promise.all(
    read.map(async (each, i): Promise<PredictionResult<SimilarOutput>> => {
      if (each instanceof VitrineError) return { ok: false, error: { code: each.code, message: each.message } };
      if (each instanceof Uint8Array) {
        const vector = [...vectors.subarray(next * pictures.dimension, ++next * pictures.dimension)];
        return { ok: true, output: { vector } };
      }
      return textVector(texts, inputs[i]?.text ?? '');
    }),
  );
}

async function textVector(texts: TextEncoder | undefined, text: string): Promise<PredictionResult<SimilarOutput>> {
  if (texts) return { ok: true, output: { vector: [...(await texts.embed([text]))] } };
  const message = 'The model knows photos only; send one, or import an encoder with a text side.';
  return { ok: false, error: { code: 'input.text', message } };
}

/** The picture decoded to the encoder's frame; 'text' where there are words instead. */
async function pictureOf(
  { image, text }: SimilarInput,
  spec: PictureSpec,
): Promise<Uint8Array | 'text' | VitrineError> {
  if (!image && text?.trim()) return 'text';
  if (!image || image.length === 0) return new InputError('input.empty', 'There is no photo; give one.');
  try {
    return await decodePicture({ kind: 'encoded', bytes: Buffer.from(image) }, spec);
  } catch (error) {
    if (error instanceof VitrineError) return error;
    throw error;
  }
}
