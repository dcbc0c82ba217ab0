import { openModel } from '@vitrine/grad';
import type { Engine } from '../../engine.js';
import { ArtifactError } from '../../errors.js';
import { normalisePicture, type PictureSpec, pictureSize } from '../../pictures/picture.js';
import type { PictureNetwork } from './description.js';
import { pooled } from './pool.js';

/** Pictures in one run of a network that takes any number. */
const BATCH = 32;

/** Turns pictures decoded to its frame into vectors [pictures × dimension] of length 1. */
export interface PictureEncoder {
  readonly dimension: number;
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a network of pictures from elsewhere; it runs once, to say how long its vectors are.
 * @throws GradError when it cannot be opened or run, ArtifactError when what it gives are no vectors.
 */
export async function openPictureEncoder(
  source: Uint8Array | string,
  spec: PictureSpec,
  { network, engine }: { network: PictureNetwork; engine?: Partial<Engine> },
): Promise<PictureEncoder> {
  const model = await openModel(source, { threads: 1, ...engine });
  const { layout, batch = BATCH } = network;
  const size = pictureSize(spec);
  const run = async (pictures: readonly Uint8Array[]) => {
    // A network of a fixed number of pictures is given all of them, the last one repeated.
    const count = network.batch ?? pictures.length;
    const data = new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      const picture = pictures[Math.min(i, pictures.length - 1)]!;
      if (layout === 'nchw') normalisePicture(picture, spec, data, i * size);
      else normaliseLast(picture, spec, data, i * size);
    }
    const { height, width, channels } = spec;
    const shape = layout === 'nchw' ? [count, channels, height, width] : [count, height, width, channels];
    const results = await model.run({ [network.input]: { data, shape } }, [network.output]);
    return pooled(results[network.output], network);
  };
  try {
    const { dimension } = await run([new Uint8Array(size)]);
    if (!dimension) throw new ArtifactError('The network gives vectors of no numbers; name another output.');
    return {
      dimension,
      async embed(pictures) {
        const vectors = new Float32Array(pictures.length * dimension);
        for (let start = 0; start < pictures.length; start += batch) {
          const chunk = pictures.slice(start, start + batch);
          vectors.set((await run(chunk)).vectors.subarray(0, chunk.length * dimension), start * dimension);
        }
        return vectors;
      },
      close: () => model.release(),
    };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** The same as `normalisePicture`, with the channels last, as the bytes lie. */
function normaliseLast(
  picture: Uint8Array,
  { channels, mean, deviation }: PictureSpec,
  target: Float32Array,
  offset: number,
): void {
  for (let i = 0; i < picture.length; i++) {
    const channel = i % channels;
    target[offset + i] = (picture[i]! - mean[channel]!) / deviation[channel]!;
  }
}
