import { GradError } from '../errors.js';
import { requireCounts } from '../ranges.js';
import { type RemoteProgram, runInWorker } from '../runtime/run-in-worker.js';
import type { LoaderProgram, LoaderProgramOptions } from './loader-program.js';
import type { Batch } from './make-batch.js';

export interface DataLoaderOptions {
  /** A module that exports `open`, an `OpenSource`: it decodes and varies examples in the loader's threads. */
  readonly module: URL;
  /** What `open` is called with: plain data. */
  readonly options?: unknown;
  readonly batchSize: number;
  /** Determines all that is random in examples. */
  readonly seed: number;
  /** Default 1. */
  readonly threads?: number;
  /** Batches made before they are asked for, which bounds the memory. Default two per thread. */
  readonly ahead?: number;
}

export interface BatchesOptions {
  /** Makes the random numbers of the same example different. Default 0. */
  readonly epoch?: number;
  /** Batches to leave out at the beginning, for going on within an epoch. Default 0. */
  readonly from?: number;
  /** Leave out the examples at the end that do not fill a batch. Default true. */
  readonly dropLast?: boolean;
}

interface Thread {
  readonly program: RemoteProgram<LoaderProgram>;
  waiting: number;
}

/**
 * Makes batches in threads, ahead of the step that takes them. They come in order and depend on seed, epoch and the
 * examples' numbers alone, not on the number of threads.
 */
export class DataLoader {
  private constructor(
    private readonly threads: readonly Thread[],
    private readonly batchSize: number,
    private readonly ahead: number,
  ) {}

  /**
   * Starts the threads and opens the source in each. Rejects with what opening it threw, and `data` for a number among
   * the options that is not 1 or more.
   */
  static async open(options: DataLoaderOptions): Promise<DataLoader> {
    const { module, options: sourceOptions, batchSize, seed, threads = 1, ahead = 2 * threads } = options;
    requireCounts('data', { batchSize, threads, ahead });
    const program: LoaderProgramOptions = { module: module.href, options: sourceOptions, seed };
    const url = new URL('./loader-program.js', import.meta.url);
    const starts = Array.from({ length: threads }, () => runInWorker<LoaderProgram>(url, program));
    const started = await Promise.allSettled(starts);
    const running = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failure = started.find((start) => start.status === 'rejected');
    if (failure) {
      await Promise.all(running.map((each) => each.terminate()));
      throw failure.reason;
    }
    return new DataLoader(
      running.map((each) => ({ program: each, waiting: 0 })),
      batchSize,
      ahead,
    );
  }

  /**
   * The batches of the examples in `order`. Leaving the loop early is fine.
   * Throws `data` when a batch has not one good example or `from` is no number of batches, and `worker` when the loader
   * was closed or a thread ended.
   */
  async *batches(order: Int32Array, options: BatchesOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const { epoch = 0, from = 0, dropLast = true } = options;
    if (!Number.isInteger(from) || from < 0) {
      throw new GradError('data', `from must be 0 or more batches to leave out, not ${from}.`);
    }
    const count = (dropLast ? Math.floor : Math.ceil)(order.length / this.batchSize);
    const made: Promise<Batch>[] = [];
    for (let next = from, asked = from; next < count; next++) {
      for (; asked < count && made.length <= this.ahead; asked++) {
        made.push(this.load(order.slice(asked * this.batchSize, (asked + 1) * this.batchSize), epoch));
      }
      yield await made.shift()!;
    }
  }

  /** Stops the threads. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ program }) => program.terminate()));
  }

  /** Has the thread that waits for least make a batch. */
  private load(indices: Int32Array, epoch: number): Promise<Batch> {
    const thread = this.threads.reduce((least, each) => (each.waiting < least.waiting ? each : least));
    thread.waiting += 1;
    const batch = thread.program.call('load', { indices, epoch }).finally(() => {
      thread.waiting -= 1;
    });
    // It is awaited when its turn comes, or never when the loop is left: until then a failure is not unhandled.
    batch.catch(() => {});
    return batch;
  }
}
