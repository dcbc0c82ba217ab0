import { Worker } from 'node:worker_threads';
import { type PredictionResult, type PredictOptions, VitrineError } from '@vitrine/models';
import type { HostAnswer, HostedModel, HostRequest } from './protocol.js';

/** The file a model's worker thread runs. */
export const predictorModule: URL = new URL('./worker.js', import.meta.url);

interface Pending {
  resolve(results: PredictionResult<unknown>[]): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

const lost = () =>
  new VitrineError('model.crashed', 'The model stopped while answering and is being started again; try again.', 503, {
    retryAfterSeconds: 2,
  });

/** One worker thread with one opened model. Once it has ended it stays ended; `PredictorHost` starts the next. */
export class PredictorThread {
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #ended = false;

  private constructor(
    private readonly worker: Worker,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Starts the thread and opens the model in it.
   * @throws VitrineError the artifact's own error, or `model.open` when the thread dies before it is ready.
   */
  static open(model: HostedModel, module: URL, timeoutMs: number): Promise<PredictorThread> {
    const worker = new Worker(module, { workerData: model, name: `${model.task} model` });
    const thread = new PredictorThread(worker, timeoutMs);
    return new Promise((resolve, reject) => {
      const fail = (error: VitrineError) => {
        reject(error);
        thread.#end();
      };
      worker.on('message', (answer: HostAnswer) => {
        if (answer.type === 'ready') resolve(thread);
        else if (answer.type === 'failed') fail(new VitrineError(answer.code, answer.message, answer.status));
        else thread.#settle(answer);
      });
      worker.on('error', (error) =>
        fail(new VitrineError('model.open', `The model can’t be opened: ${error.message}`)),
      );
      worker.on('exit', () => fail(new VitrineError('model.open', 'The model’s thread ended while it was opened.')));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws VitrineError `model.crashed` (503) when the thread ends, or takes longer than its time limit. */
  predict(inputs: unknown[], options: PredictOptions): Promise<PredictionResult<unknown>[]> {
    if (this.#ended) return Promise.reject(lost());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(), this.timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#send({ type: 'predict', id, inputs, options });
    });
  }

  /** Lets the model close what it holds, then ends the thread. Whatever still runs is answered first. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.worker.once('exit', resolve));
    this.#send({ type: 'close' });
    const timer = setTimeout(() => void this.worker.terminate(), this.timeoutMs);
    await exited;
    clearTimeout(timer);
  }

  #send(request: HostRequest): void {
    this.worker.postMessage(request);
  }

  #settle(answer: Extract<HostAnswer, { id: number }>): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    this.#pending.delete(answer.id);
    clearTimeout(pending.timer);
    if (answer.type === 'results') pending.resolve(answer.results);
    else pending.reject(new VitrineError(answer.code, answer.message, answer.status));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.worker.terminate();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(lost());
    }
    this.#pending.clear();
  }
}
