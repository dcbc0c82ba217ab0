import { Worker } from 'node:worker_threads';
import { type Engine, type Metrics, VitrineError } from '@vitrine/models';

export interface EvaluationOrder {
  task: string;
  /** The artifact's directory. */
  directory: string;
  snapshotDir: string;
  split: 'train' | 'validation' | 'test' | 'all';
  engine: Partial<Engine>;
}

export interface Evaluation {
  metrics: Metrics;
  figures: Record<string, unknown>;
}

/** Metrics of a version on a data set, and whether they may be believed. */
export interface Measured extends Evaluation {
  /** Whether the model has learnt from rows it was measured on: it does better on them than on any others. */
  learntFrom: boolean;
  /** What was measured on the test split before the final fit took it in, where that is what was asked for. */
  recorded: Metrics | null;
}

export type EvaluationMessage =
  | { type: 'progress'; fraction: number }
  | { type: 'done'; evaluation: Evaluation }
  | { type: 'failed'; code: string; message: string };

/** The file an evaluation's thread runs. */
export const evaluationModule: URL = new URL('./evaluation.worker.js', import.meta.url);

/**
 * Measures an artifact on a snapshot in a thread of its own.
 * @throws VitrineError the artifact's or the data's own error; `job.cancelled`.
 */
export function evaluateArtifact(
  order: EvaluationOrder,
  options: { module?: URL; signal?: AbortSignal; onProgress?(fraction: number): void } = {},
): Promise<Evaluation> {
  const worker = new Worker(options.module ?? evaluationModule, { workerData: order, name: 'evaluation' });
  const cancel = () => worker.postMessage('cancel');
  return new Promise<Evaluation>((resolve, reject) => {
    worker.on('message', (message: EvaluationMessage) => {
      if (message.type === 'progress') options.onProgress?.(message.fraction);
      else if (message.type === 'done') resolve(message.evaluation);
      else reject(new VitrineError(message.code, message.message, 422));
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new VitrineError('model.evaluate', 'The evaluation ended without a result.', 500)));
    options.signal?.addEventListener('abort', cancel, { once: true });
  }).finally(() => {
    options.signal?.removeEventListener('abort', cancel);
    void worker.terminate();
  });
}
