import { setTimeout as sleep } from 'node:timers/promises';
import { type PredictOptions, VitrineError } from '@vitrine/models';
import { type BatchLimits, defaultLimits, MicroBatcher } from './micro-batcher.js';
import { PredictorThread, predictorModule } from './predictor-thread.js';
import type { HostedModel } from './protocol.js';

export interface HostOptions {
  limits?: Partial<BatchLimits>;
  /** Longest time one batch may take before its thread is given up, in milliseconds. */
  timeoutMs?: number;
  /** The worker's file; another one may know further tasks. */
  module?: URL;
  onCrash?(error: unknown): void;
}

/** How long to wait before the n-th start in a row, in milliseconds. */
const restartDelays = [0, 250, 1000, 5000];

/** A model in production: a thread that is started again when it dies, behind a micro-batching queue. */
export class PredictorHost {
  readonly #batcher: MicroBatcher;
  #thread: PredictorThread;
  #starting: Promise<PredictorThread> | undefined;
  #failures = 0;
  #closing = false;

  private constructor(
    private readonly model: HostedModel,
    private readonly options: Required<Pick<HostOptions, 'timeoutMs' | 'module'>> & HostOptions,
    thread: PredictorThread,
  ) {
    this.#thread = thread;
    this.#batcher = new MicroBatcher((inputs, options) => this.#run(inputs, options), {
      ...defaultLimits,
      ...this.options.limits,
    });
  }

  /**
   * Opens an artifact in a thread of its own.
   * @throws VitrineError the artifact's own error (`artifact.invalid`) or `model.open`.
   */
  static async open(model: HostedModel, options: HostOptions = {}): Promise<PredictorHost> {
    const complete = { timeoutMs: 60_000, module: predictorModule, ...options };
    const thread = await PredictorThread.open(model, complete.module, complete.timeoutMs);
    return new PredictorHost(model, complete, thread);
  }

  get ready(): boolean {
    return !this.#thread.ended;
  }

  /**
   * The task's output for one input.
   * @throws VitrineError the input's own error (422), `model.busy` or `model.crashed` (503).
   */
  predict(input: unknown, options: PredictOptions = {}): Promise<unknown> {
    return this.#batcher.submit(input, options);
  }

  /** Answers what was asked so far, then ends. */
  async close(): Promise<void> {
    await this.#batcher.drain();
    this.#closing = true;
    await this.#starting?.catch(() => undefined);
    await this.#thread.close();
  }

  async #run(inputs: unknown[], options: PredictOptions) {
    const thread = this.#thread.ended ? await this.#restarted() : this.#thread;
    try {
      const results = await thread.predict(inputs, options);
      this.#failures = 0;
      return results;
    } catch (error) {
      if (thread.ended) {
        this.options.onCrash?.(error);
        void this.#restarted().catch(() => undefined);
      }
      throw error;
    }
  }

  /** One start at a time; a start that fails is tried again by whoever asks next. */
  #restarted(): Promise<PredictorThread> {
    this.#starting ??= this.#restart().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #restart(): Promise<PredictorThread> {
    if (this.#closing) throw new VitrineError('model.closed', 'The model was taken out of service.', 503);
    const delay = restartDelays[Math.min(this.#failures, restartDelays.length - 1)] as number;
    this.#failures += 1;
    await sleep(delay);
    this.#thread = await PredictorThread.open(this.model, this.options.module, this.options.timeoutMs);
    return this.#thread;
  }
}
