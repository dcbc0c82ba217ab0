import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Predictor, taskNamed, VitrineError } from '@vitrine/models';
import type { HostAnswer, HostedModel, HostRequest } from './protocol.js';

/** The thread a model lives in: opens one artifact, answers batches in the order they come. */
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');

const send = (answer: HostAnswer) => port.postMessage(answer);

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
    port?.close();
    return;
  }
  const { id, inputs, options } = request;
  try {
    send({ type: 'results', id, results: await predictor.predict(inputs.map(withBuffers), options) });
  } catch (error) {
    send({ type: 'error', id, ...describe(error, 'model.failed') });
  }
}

try {
  const { task, directory, engine, background } = workerData as HostedModel;
  // On Linux it is the thread whose priority this sets, and the engine's threads take after it.
  if (background && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const predictor = await taskNamed(task).open(directory, engine);
  port.on('message', (request: HostRequest) => void answer(predictor, request));
  send({ type: 'ready' });
} catch (error) {
  send({ type: 'failed', ...describe(error, 'model.open') });
}
