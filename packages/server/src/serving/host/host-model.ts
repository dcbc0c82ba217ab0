import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Predictor, Task } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import type { HostAnswer, HostedModel, HostRequest } from './protocol.js';

const send = (answer: HostAnswer) => parentPort?.postMessage(answer);

function describe(error: unknown, fallback: string) {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof VitrineError
    ? { code: error.code, message, status: error.status }
    : { code: fallback, message, status: 500 };
}

/** Buffers cross threads as plain byte arrays. */
function withBuffers(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]: [string, unknown]) => [
      key,
      value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
    ]),
  );
}

async function answer(predictor: Predictor<unknown, unknown>, request: HostRequest): Promise<void> {
  if (request.type === 'close') {
    await predictor.close();
    parentPort?.close();
    return;
  }
  const { id, inputs, options } = request;
  try {
    send({ type: 'results', id, results: await predictor.predict(inputs.map(withBuffers), options) });
  } catch (error) {
    send({ type: 'error', id, ...describe(error, 'model.failed') });
  }
}

/** This thread as the one a model lives in: opens its artifact, answers batches in the order they come. */
export async function hostModel(taskNamed: (name: string) => Task | Promise<Task>): Promise<void> {
  try {
    const { task, directory, engine, background } = workerData as HostedModel;
    // On Linux it is the thread whose priority this sets, and the engine's threads take after it.
    if (background && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const predictor = await (await taskNamed(task)).open(directory, engine);
    parentPort?.on('message', (request: HostRequest) => void answer(predictor, request));
    send({ type: 'ready' });
  } catch (error) {
    send({ type: 'failed', ...describe(error, 'model.open') });
  }
}
