import { Worker } from 'node:worker_threads';
import type { LinearModel, RegressionProblem } from './softmax-regression.js';

export type RegressionMessage =
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number }
  | { readonly kind: 'model'; readonly model: LinearModel };

export interface RegressionOptions {
  readonly signal: AbortSignal;
  onEpoch?(epoch: number, loss: number): void;
}

/** `trainRegression` in a thread of its own, beside other work; the rows are shared, not copied. Throws `signal.reason`. */
export function trainRegressionInThread(
  problem: RegressionProblem,
  { signal, onEpoch }: RegressionOptions,
): Promise<LinearModel> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./regression-worker.js', import.meta.url), { workerData: problem });
    const cancel = () => finish(() => reject(signal.reason));
    const finish = (settle: () => void) => {
      signal.removeEventListener('abort', cancel);
      settle();
      void worker.terminate();
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: RegressionMessage) => {
      if (message.kind === 'epoch') onEpoch?.(message.epoch, message.loss);
      else finish(() => resolve(message.model));
    });
    worker.on('error', (error) => finish(() => reject(error)));
    worker.on('exit', (code) => reject(new Error(`The thread of the linear model ended early with code ${code}.`)));
  });
}
