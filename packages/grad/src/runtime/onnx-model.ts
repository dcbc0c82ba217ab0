import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { GradError } from '../errors.js';
import type { DType, TensorData } from '../graph/dtype.js';
import type { ValueInfo } from '../graph/model.js';
import { checkFeeds, type Feed, type Value } from './feeds.js';
import { providerName, type SessionOptions, toOrtOptions } from './session-options.js';

/** A model loaded for running. `run` occupies the thread until it is done. */
export interface OnnxModel {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Computes all outputs, or those named. Throws `feed` when an input is missing, unknown or does not fit. */
  run(feeds: Readonly<Record<string, Feed>>, outputs?: readonly string[]): Promise<Record<string, Value>>;
  /** Frees the memory of the session; a second time does nothing. */
  release(): Promise<void>;
}

/** Opens an ONNX model from its bytes or a file. Throws `model` when it cannot be read or is not a valid model. */
export async function openModel(source: Uint8Array | string, options: SessionOptions = {}): Promise<OnnxModel> {
  const session = await createSession(source, options);
  const { inputs, outputs } = await borderOf(session);
  return {
    inputs,
    outputs,
    async run(feeds, names) {
      const wanted = names ?? outputs.map(({ name }) => name);
      const results = await session.run(toTensors(inputs, feeds), wanted).catch((cause: unknown) => {
        throw runFailure(cause);
      });
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as TensorData, shape: dims }]),
      );
    },
    release: releaseOf(session),
  };
}

/** Frees a session once, however often it is called. */
export function releaseOf(session: InferenceSession): () => Promise<void> {
  let released: Promise<void> | undefined;
  return () => {
    released ??= session.release();
    return released;
  };
}

/** The numbers of a float32 value. Throws `dtype` when it holds another type or is missing. */
export function floatsOf(value: Value | undefined): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new GradError('dtype', `Expected a float32 value, not ${value ? value.data.constructor.name : 'nothing'}.`);
}

/** What is fed, in the runtime's words. Throws `feed` when an input is missing, unknown or does not fit. */
export function toTensors(inputs: readonly ValueInfo[], feeds: Readonly<Record<string, Feed>>) {
  return Object.fromEntries(
    [...checkFeeds(inputs, feeds)].map(([{ name, dtype }, { data, shape }]) => [
      name,
      new OrtTensor(dtype, data, shape),
    ]),
  );
}

/** The error of a run that the runtime gave up. */
export function runFailure(cause: unknown): GradError {
  return new GradError('model', `The model failed to run: ${reason(cause)}`, { cause });
}

/** Loads a model into the runtime. Throws `model` when it cannot be read or is not a valid model. */
export async function createSession(source: Uint8Array | string, options: SessionOptions): Promise<InferenceSession> {
  const bytes = typeof source === 'string' ? await readModel(source) : source;
  try {
    return await InferenceSession.create(bytes, toOrtOptions(options));
  } catch (cause) {
    const where = typeof source === 'string' ? `'${source}'` : 'The bytes given';
    const elsewhere = (options.providers ?? []).map(providerName).filter((name) => name !== 'cpu');
    const on = elsewhere.length ? ` on ${elsewhere.join(', ')}` : '';
    throw new GradError('model', `${where} cannot be opened as an ONNX model${on}: ${reason(cause)}`, { cause });
  }
}

async function readModel(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new GradError('model', `The model '${file}' cannot be read: ${reason(cause)}`, { cause });
  }
}

/**
 * What a session takes and gives, but for the output `except`. Releases the session and throws `model` when any of it is
 * no tensor.
 */
export async function borderOf(
  session: InferenceSession,
  except?: string,
): Promise<Pick<OnnxModel, 'inputs' | 'outputs'>> {
  try {
    const outputs = session.outputMetadata.filter(({ name }) => name !== except);
    return { inputs: session.inputMetadata.map(toValueInfo), outputs: outputs.map(toValueInfo) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function toValueInfo(metadata: InferenceSession.ValueMetadata): ValueInfo {
  if (!metadata.isTensor)
    throw new GradError('model', `'${metadata.name}' is not a tensor; only tensors are supported.`);
  return { name: metadata.name, shape: metadata.shape, dtype: metadata.type as DType };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
