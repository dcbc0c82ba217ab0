import { type PredictionResult, type PredictOptions, VitrineError } from '@vitrine/models';

export interface BatchLimits {
  /** Most inputs of one batch. */
  maxBatch: number;
  /** How long the first of a batch waits for company, in milliseconds, when nothing runs. */
  maxWaitMs: number;
  /** Most inputs waiting; beyond, callers are turned away at once. */
  maxQueue: number;
  /** Most bytes of the photos waiting. */
  maxBytes: number;
}

export const defaultLimits: BatchLimits = { maxBatch: 32, maxWaitMs: 1, maxQueue: 512, maxBytes: 256 << 20 };

/** Of the files in an input, which are what weighs. */
function bytesOf(input: unknown): number {
  const values = typeof input === 'object' && input !== null ? Object.values(input) : [];
  return values.reduce((sum: number, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0), 0);
}

interface Waiting {
  input: unknown;
  bytes: number;
  options: PredictOptions;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

type Run = (inputs: unknown[], options: PredictOptions) => Promise<PredictionResult<unknown>[]>;

const sameOptions = (a: PredictOptions, b: PredictOptions) => a.top === b.top && a.explain === b.explain;

/** Batches under way at a time: the photos of a full one are decoded while the network is still at the one before. */
const AT_ONCE = 2;

/**
 * Gathers single requests into batches: what arrives while one batch runs forms the next, so that batches grow with the
 * load and a lone request hardly waits.
 */
export class MicroBatcher {
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #drained: (() => void)[] = [];

  constructor(
    private readonly run: Run,
    private readonly limits: BatchLimits = defaultLimits,
  ) {}

  /** @throws VitrineError `model.busy` (503) when the queue is full; the input's own error; the batch's error. */
  submit(input: unknown, options: PredictOptions): Promise<unknown> {
    const { maxQueue, maxBytes } = this.limits;
    const bytes = bytesOf(input);
    if (this.#waiting.length >= maxQueue || (this.#waiting.length > 0 && this.#bytes + bytes > maxBytes))
      return Promise.reject(
        new VitrineError('model.busy', 'Too many predictions are waiting; try again in a second.', 503, {
          retryAfterSeconds: 1,
        }),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, bytes, options, resolve, reject });
      this.#bytes += bytes;
      this.#schedule(this.limits.maxWaitMs);
    });
  }

  /** Resolves when nothing waits or runs any more. */
  drain(): Promise<void> {
    if (this.#idle) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  get #idle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  #schedule(waitMs: number): void {
    const isFull = this.#waiting.length >= this.limits.maxBatch;
    if (this.#waiting.length === 0 || this.#running >= (isFull ? AT_ONCE : 1)) return;
    if (isFull || waitMs === 0) void this.#runNext();
    else this.#timer ??= setTimeout(() => void this.#runNext(), waitMs);
  }

  async #runNext(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running += 1;
    await this.#runBatch(this.#takeBatch());
    this.#running -= 1;
    this.#schedule(0);
    if (this.#idle) for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** The longest head of the queue that asks for the same options. */
  #takeBatch(): Waiting[] {
    const first = this.#waiting[0] as Waiting;
    const different = this.#waiting.findIndex(({ options }) => !sameOptions(options, first.options));
    const size = Math.min(different < 0 ? this.#waiting.length : different, this.limits.maxBatch);
    const batch = this.#waiting.splice(0, size);
    for (const { bytes } of batch) this.#bytes -= bytes;
    return batch;
  }

  async #runBatch(batch: Waiting[]): Promise<void> {
    try {
      const inputs = batch.map(({ input }) => input);
      const results = await this.run(inputs, (batch[0] as Waiting).options);
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result?.ok) resolve(result.output);
        else if (result) reject(new VitrineError(result.error.code, result.error.message, 422));
        else reject(new VitrineError('model.failed', 'The model left this input unanswered; try again.', 500));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
