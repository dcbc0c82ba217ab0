import { exportOnnx, floatsOf, foldBatchNorm, GradError, type NamedArray, openModel } from '@vitrine/grad';
import { ArtifactError } from '../errors.js';
import { normalisePicture, type PictureSpec, pictureSize } from '../pictures/picture.js';
import type { SimilarPlan } from './config.js';
import { encoderNetwork } from './network.js';

/** Turns pictures into vectors. Calls occupy the thread; host it in a worker where that matters. */
export interface Encoder {
  /** Numbers in a vector. */
  readonly dimension: number;
  /** Vectors [pictures × dimension] of length 1, of pictures decoded to the encoder's frame. */
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Pictures in one run of the network. */
const BATCH = 64;

/** The bytes of the encoder for serving, from the weights of the whole network. */
export function exportEncoder(
  plan: Pick<SimilarPlan, 'backbone' | 'frame'>,
  weights: ReadonlyMap<string, NamedArray>,
): Uint8Array {
  const source = { build: encoderNetwork(plan), weights: () => weights };
  return exportOnnx(source, { outputs: ['vectors'], passes: [foldBatchNorm] });
}

/**
 * Opens an encoder from its bytes or file.
 * @throws ArtifactError when it cannot be read or gives no vectors.
 */
export async function openEncoder(
  source: Uint8Array | string,
  spec: PictureSpec,
  { threads = 1 }: { threads?: number } = {},
): Promise<Encoder> {
  const model = await openModel(source, { threads }).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
  const dimension = model.outputs.find(({ name }) => name === 'vectors')?.shape[1];
  if (typeof dimension !== 'number') {
    await model.release();
    throw new ArtifactError('The encoder gives no vectors; train or import the model again.');
  }
  const size = pictureSize(spec);
  return {
    dimension,
    async embed(pictures) {
      const vectors = new Float32Array(pictures.length * dimension);
      for (let start = 0; start < pictures.length; start += BATCH) {
        const chunk = pictures.slice(start, start + BATCH);
        const batch = new Float32Array(chunk.length * size);
        for (const [i, picture] of chunk.entries()) normalisePicture(picture, spec, batch, i * size);
        vectors.set(floatsOf((await model.run({ pictures: batch })).vectors), start * dimension);
      }
      return vectors;
    },
    close: () => model.release(),
  };
}
