import { GradError } from '../errors.js';
import { shapeKey, type Values } from './rows.js';

export interface BatchQueueOptions {
  /** Examples computed together at most. */
  readonly largest: number;
  /** Milliseconds the first that waits may wait for others. */
  readonly latency: number;
  /** Examples that may wait. */
  readonly maxWaiting: number;
}

/** Some examples and who waits for them. */
interface Waiting {
  readonly feeds: Values;
  readonly count: number;
  readonly kind: string;
  readonly resolve: (result: Values) => void;
  readonly reject: (error: unknown) => void;
}

/** Computes the results of some examples each, in order; `count` is how many there are in all. */
export type Compute = (parts: readonly Values[], count: number) => Promise<readonly Values[]>;

/** Collects examples that come one by one and has them computed together, one batch after another. */
export class BatchQueue {
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly compute: Compute,
    private readonly options: BatchQueueOptions,
  ) {}

  /** Throws `busy` when others wait already and `count` more were too many. */
  makeSureThereIsRoom(count: number): void {
    const ahead = this.examplesWaiting();
    if (ahead > 0 && ahead + count > this.options.maxWaiting) {
      throw new GradError('busy', `${ahead} examples wait for a prediction already; try again later.`);
    }
  }

  /** The results of at most `largest` examples. */
  add(feeds: Values, count: number): Promise<Values> {
    const { largest, latency } = this.options;
    return new Promise((resolve, reject) => {
      this.waiting.push({ feeds, count, kind: shapeKey(feeds), resolve, reject });
      if (latency === 0 || this.examplesWaiting() >= largest) void this.start();
      else this.timer ??= setTimeout(() => void this.start(), latency);
    });
  }

  /** Computes all that waits, at once. */
  async drain(): Promise<void> {
    while (this.waiting.length || this.running) await this.start();
  }

  private examplesWaiting(): number {
    return this.waiting.reduce((total, { count }) => total + count, 0);
  }

  /** Works off what waits, unless that is being done. */
  private start(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async work(): Promise<void> {
    // Those of the same moment are yet to come.
    await Promise.resolve();
    while (this.waiting.length) await this.finish(this.takeBatch());
  }

  /** The first that waits, with those after it of the same kind that still fit. */
  private takeBatch(): Waiting[] {
    const kind = this.waiting[0]?.kind;
    const batch: Waiting[] = [];
    let room = this.options.largest;
    for (const waiting of this.waiting) {
      if (waiting.kind !== kind || waiting.count > room) continue;
      batch.push(waiting);
      room -= waiting.count;
    }
    for (const taken of batch) this.waiting.splice(this.waiting.indexOf(taken), 1);
    return batch;
  }

  private async finish(batch: readonly Waiting[]): Promise<void> {
    try {
      const count = batch.reduce((total, waiting) => total + waiting.count, 0);
      const results = await this.compute(
        batch.map(({ feeds }) => feeds),
        count,
      );
      batch.forEach(({ resolve }, i) => {
        resolve(results[i]!);
      });
    } catch (error) {
      // One bad example must not fail those that happened to share its run.
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const alone of batch) await this.finish([alone]);
    }
  }
}
