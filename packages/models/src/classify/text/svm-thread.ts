import { Worker } from 'node:worker_threads';
import type { LinearModel, SvmProblem } from './linear-svm.js';

export type SvmMessage =
  | { readonly kind: 'epoch'; readonly epoch: number; readonly violation: number }
  | { readonly kind: 'model'; readonly model: LinearModel };

export interface SvmOptions {
  readonly signal: AbortSignal;
  onEpoch?(epoch: number, violation: number): void;
}

/** `trainSvm` in a thread of its own, beside other work; the rows are shared, not copied. Throws `signal.reason`. */
export function trainSvmInThread(problem: SvmProblem, { signal, onEpoch }: SvmOptions): Promise<LinearModel> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./svm-worker.js', import.meta.url), { workerData: problem });
    const cancel = () => finish(() => reject(signal.reason));
    const finish = (settle: () => void) => {
      signal.removeEventListener('abort', cancel);
      settle();
      void worker.terminate();
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: SvmMessage) => {
      if (message.kind === 'epoch') onEpoch?.(message.epoch, message.violation);
      else finish(() => resolve(message.model));
    });
    worker.on('error', (error) => finish(() => reject(error)));
    worker.on('exit', (code) => reject(new Error(`The thread of the linear model ended early with code ${code}.`)));
  });
}
