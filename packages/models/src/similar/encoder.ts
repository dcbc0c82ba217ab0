import {
  type Build,
  encodeModel,
  exportModel,
  floatsOf,
  foldBatchNorm,
  GradError,
  type Model,
  type NamedArray,
  type OnnxModel,
  openModel,
} from '@vitrine/grad';
import type { Engine } from '../engine.js';
import { ArtifactError } from '../errors.js';
import { normalisePicture, type PictureSpec, pictureSize } from '../pictures/picture.js';
import { type EncoderPlan, encoderNetwork, featureNetwork, PARTS, pooledNetwork, READOUT } from './network.js';
import { type Features, type Readout, readoutWeights } from './readout.js';

/** Turns pictures into vectors. Calls occupy the thread; host it in a worker where that matters. */
export interface Encoder {
  /** Numbers in a vector. */
  readonly dimension: number;
  /** Vectors [pictures × dimension], of length 1, of pictures decoded to the encoder's frame. */
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array>;
  /** The same of normalised pictures [pictures, channels, height, width]. */
  embedNormalised(pictures: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

type Weights = ReadonlyMap<string, NamedArray>;

/** Pictures in one run of the network. */
const BATCH = 64;

/** The encoder for serving, from the weights of the whole network and a readout of its features. */
export function encoderModel(plan: EncoderPlan, weights: Weights, readout: Readout): Model {
  const all = new Map([...weights, ...readoutWeights(readout, READOUT)]);
  return modelOf(encoderNetwork(plan, readout.weight.rows), all, ['vectors']);
}

/** The bytes of the same. */
export function exportEncoder(plan: EncoderPlan, weights: Weights, readout: Readout): Uint8Array {
  return encodeModel(encoderModel(plan, weights, readout));
}

/** The bytes of the network that gives the features a readout is fitted to, and their parts. */
export function exportFeatures(plan: EncoderPlan, weights: Weights): Uint8Array {
  return encodeModel(modelOf(featureNetwork(plan), weights, ['features', ...PARTS]));
}

/** The bytes of an encoder without readout: the last stage averaged over the picture. */
export function exportPooled(plan: EncoderPlan, weights: Weights): Uint8Array {
  return encodeModel(modelOf(pooledNetwork(plan), weights, ['vectors']));
}

function modelOf(build: Build, weights: Weights, outputs: readonly string[]): Model {
  return exportModel({ build, weights: () => weights }, { outputs, passes: [foldBatchNorm] });
}

/**
 * Opens an encoder from its bytes or file.
 * @throws ArtifactError when it cannot be read or gives no vectors.
 */
export async function openEncoder(
  source: Uint8Array | string,
  spec: PictureSpec,
  engine: Partial<Engine> = {},
): Promise<Encoder> {
  const model = await openModel(source, { threads: 1, ...engine }).catch((cause: unknown) => {
    if (!(cause instanceof GradError)) throw cause;
    throw new ArtifactError(`${cause.message} Train or import the model again.`);
  });
  const dimension = model.outputs.find(({ name }) => name === 'vectors')?.shape[1];
  if (typeof dimension !== 'number') {
    await model.release();
    throw new ArtifactError('The encoder gives no vectors; train or import the model again.');
  }
  return { dimension, ...runner(model, 'vectors', dimension, spec), close: () => model.release() };
}

/** The features of pictures decoded to the frame of `spec`, by the network of `exportFeatures`. */
export async function featuresOf(
  network: Uint8Array,
  spec: PictureSpec,
  pictures: readonly Uint8Array[],
  engine: Partial<Engine> = {},
): Promise<Features> {
  const model = await openModel(network, { threads: 1, ...engine });
  try {
    const columnsOf = (output: string) => model.outputs.find(({ name }) => name === output)?.shape[1] as number;
    const columns = columnsOf('features');
    const data = await runner(model, 'features', columns, spec).embed(pictures);
    return { rows: pictures.length, columns, parts: PARTS.map(columnsOf), data };
  } finally {
    await model.release();
  }
}

/** Runs a network over any number of pictures, some at a time. */
function runner(
  model: OnnxModel,
  output: string,
  dimension: number,
  spec: PictureSpec,
): Pick<Encoder, 'embed' | 'embedNormalised'> {
  const size = pictureSize(spec);
  const inBatches = async (count: number, batchOf: (start: number, end: number) => Float32Array) => {
    const vectors = new Float32Array(count * dimension);
    for (let start = 0; start < count; start += BATCH) {
      const pictures = batchOf(start, Math.min(count, start + BATCH));
      vectors.set(floatsOf((await model.run({ pictures }, [output]))[output]), start * dimension);
    }
    return vectors;
  };
  return {
    embed: (pictures) =>
      inBatches(pictures.length, (start, end) => {
        const batch = new Float32Array((end - start) * size);
        for (let i = start; i < end; i++) normalisePicture(pictures[i]!, spec, batch, (i - start) * size);
        return batch;
      }),
    embedNormalised: (pictures) =>
      inBatches(pictures.length / size, (start, end) => pictures.subarray(start * size, end * size)),
  };
}
