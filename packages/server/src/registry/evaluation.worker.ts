import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshot, taskNamed, VitrineError } from '@vitrine/models';
import type { EvaluationMessage, EvaluationOrder } from './evaluation.js';

/** Measures one artifact on one snapshot, away from the thread that answers people. */
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const send = (message: EvaluationMessage) => port.postMessage(message);

const abort = new AbortController();
port.once('message', () => abort.abort(new VitrineError('job.cancelled', 'The evaluation was cancelled.', 409)));

async function evaluate({ task: name, directory, snapshotDir, split, engine }: EvaluationOrder): Promise<void> {
  const task = taskNamed(name);
  const snapshot = await openSnapshot(snapshotDir);
  try {
    const predictor = await task.open(directory, engine);
    const { metrics, figures } = await task.evaluate(predictor, snapshot, {
      split,
      signal: abort.signal,
      onProgress: (done, total) => send({ type: 'progress', fraction: total ? done / total : 0 }),
    });
    await predictor.close();
    send({ type: 'done', evaluation: { metrics, figures } });
  } finally {
    await snapshot.close();
  }
}

await evaluate(workerData as EvaluationOrder).catch((error: unknown) =>
  send({
    type: 'failed',
    code: error instanceof VitrineError ? error.code : 'model.evaluate',
    message: error instanceof Error ? error.message : String(error),
  }),
);
port.close();
