import { parentPort, workerData } from 'node:worker_threads';
import type { Task } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import { openSnapshot } from '@vitrine/models/snapshot';
import type { EvaluationMessage, EvaluationOrder } from './evaluation.js';

const send = (message: EvaluationMessage) => parentPort?.postMessage(message);

async function evaluate(task: Task, { directory, snapshotDir, split, engine }: EvaluationOrder): Promise<void> {
  const abort = new AbortController();
  const cancelled = new VitrineError('job.cancelled', 'The evaluation was cancelled.', 409);
  parentPort?.once('message', () => abort.abort(cancelled));
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

/** This thread as one that measures an artifact on a snapshot, away from the thread that answers people. */
export async function serveEvaluation(taskNamed: (name: string) => Task | Promise<Task>): Promise<void> {
  const order = workerData as EvaluationOrder;
  try {
    await evaluate(await taskNamed(order.task), order);
  } catch (error) {
    send({
      type: 'failed',
      code: error instanceof VitrineError ? error.code : 'model.evaluate',
      message: error instanceof Error ? error.message : String(error),
    });
  }
  parentPort?.close();
}
