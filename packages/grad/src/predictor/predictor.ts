import { GradError } from '../errors.js';
import type { TensorData } from '../graph/dtype.js';
import type { ValueInfo } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import { checkFeeds } from '../runtime/feeds.js';
import { type Feed, type OnnxModel, openModel, type Value } from '../runtime/onnx-model.js';
import { openModelInWorker } from '../runtime/open-model-in-worker.js';
import type { SessionOptions } from '../runtime/session-options.js';
import { countOf, isBatched, joined, rowsOf, shapeKey, type Values } from './rows.js';

export interface PredictorOptions {
  readonly session?: SessionOptions;
  /** Run in a thread of its own, so that a prediction does not hold up the caller's. Default true. */
  readonly worker?: boolean;
  /** Examples in one run at most. Default 16. */
  readonly maxBatch?: number;
  /** Milliseconds a prediction may wait for others to share its run. Default 0: it joins those that wait for a run to end. */
  readonly latency?: number;
  /** Run at these sizes only, filled up with zeros: for providers that compile for each size. Default: any up to `maxBatch`. */
  readonly batchSizes?: readonly number[];
  /** Examples that may wait; more are refused. Default 1024. */
  readonly maxWaiting?: number;
  /** Run once at each size, or at the smallest and the largest, before the first prediction. Default true. */
  readonly warmUp?: boolean;
}

/** One prediction, or a part of a large one. */
interface Waiting {
  readonly feeds: Values;
  readonly count: number;
  readonly kind: string;
  readonly resolve: (result: Values) => void;
  readonly reject: (error: unknown) => void;
}

/** A model that serves: it checks what it is given and computes predictions that come at the same time together. */
export class Predictor {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Whether predictions share runs: all inputs and outputs have the same dynamic first axis. Otherwise they run one by one. */
  readonly batched: boolean;
  private readonly largestBatch: number;
  private readonly sizes: readonly number[] | undefined;
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private closed = false;

  /** Use `openPredictor`. */
  constructor(
    private readonly model: OnnxModel,
    private readonly options: PredictorOptions,
  ) {
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    this.batched = isBatched([...this.inputs, ...this.outputs]);
    this.sizes = this.batched ? options.batchSizes?.toSorted((a, b) => a - b) : undefined;
    this.largestBatch = this.batched ? (this.sizes?.at(-1) ?? options.maxBatch ?? 16) : 1;
  }

  /**
   * The outputs for one or more examples: every input is fed with the examples on its first axis. Throws `feed` when an input is
   * missing, unknown or does not fit, `busy` when too many wait, `closed` after `close`, `model` when the model fails on it.
   */
  async predict(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Value>> {
    if (this.closed) throw new GradError('closed', 'The predictor is closed; open another.');
    const values: Values = new Map([...checkFeeds(this.inputs, feeds)].map(([{ name }, value]) => [name, value]));
    const count = this.batched ? countOf(values) : 1;
    this.makeSureThereIsRoom(count);
    if (count <= this.largestBatch) return Object.fromEntries(await this.enqueue(values, count));
    const parts: Promise<Values>[] = [];
    for (let from = 0; from < count; from += this.largestBatch) {
      const to = Math.min(count, from + this.largestBatch);
      parts.push(this.enqueue(rowsOf(Object.fromEntries(values), count, from, to), to - from));
    }
    return joined(await Promise.all(parts), count);
  }

  /** Waits for predictions under way, refuses further ones and frees the model's memory. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    while (this.waiting.length || this.running) await (this.running ?? this.start());
    await this.model.release();
  }

  /** Runs the model on zeros, so that the first prediction finds it ready. */
  async warmUp(): Promise<void> {
    for (const size of new Set(this.sizes ?? [1, this.largestBatch])) {
      const feeds = this.inputs.map((input) => zeros(input, this.batched ? size : undefined));
      if (feeds.every((feed) => feed !== undefined)) await this.model.run(Object.fromEntries(feeds));
    }
  }

  private makeSureThereIsRoom(count: number): void {
    const { maxWaiting = 1024 } = this.options;
    const ahead = this.examplesWaiting();
    if (ahead > 0 && ahead + count > maxWaiting) {
      throw new GradError('busy', `${ahead} examples wait for a prediction already; try again later.`);
    }
  }

  private enqueue(feeds: Values, count: number): Promise<Values> {
    const { latency = 0 } = this.options;
    return new Promise((resolve, reject) => {
      this.waiting.push({ feeds, count, kind: shapeKey(feeds), resolve, reject });
      const enough = !this.batched || this.examplesWaiting() >= this.largestBatch;
      if (enough || latency === 0) void this.start();
      else this.timer ??= setTimeout(() => void this.start(), latency);
    });
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
    await Promise.resolve();
    while (this.waiting.length) await this.run(this.takeBatch());
  }

  /** The first that waits, with those after it of the same kind that still fit. */
  private takeBatch(): Waiting[] {
    const [first] = this.waiting;
    const batch: Waiting[] = [];
    let room = this.largestBatch;
    for (const waiting of this.waiting) {
      if (waiting.kind !== first!.kind || waiting.count > room) continue;
      batch.push(waiting);
      room -= waiting.count;
    }
    for (const taken of batch) this.waiting.splice(this.waiting.indexOf(taken), 1);
    return batch;
  }

  private async run(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.compute(batch);
      batch.forEach(({ resolve }, i) => {
        resolve(results[i]!);
      });
    } catch (error) {
      // One bad example must not fail those that happened to share its run.
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const alone of batch) await this.run([alone]);
    }
  }

  private async compute(batch: readonly Waiting[]): Promise<Values[]> {
    const [first] = batch;
    if (!this.batched) {
      return [new Map(Object.entries(await this.model.run(Object.fromEntries(first!.feeds))))];
    }
    const count = batch.reduce((total, waiting) => total + waiting.count, 0);
    const size = this.sizes?.find((candidate) => candidate >= count) ?? count;
    const feeds = joined(
      batch.map((waiting) => waiting.feeds),
      size,
    );
    const outputs = await this.model.run(feeds);
    let from = 0;
    return batch.map((waiting) => {
      from += waiting.count;
      return rowsOf(outputs, size, from - waiting.count, from);
    });
  }
}

/** Opens an exported model for serving. Throws `model` when it cannot be read or is not a valid model. */
export async function openPredictor(source: Uint8Array | string, options: PredictorOptions = {}): Promise<Predictor> {
  for (const size of [options.maxBatch ?? 1, ...(options.batchSizes ?? [])]) {
    if (!Number.isInteger(size) || size < 1)
      throw new GradError('feed', `A batch size is a positive whole number, not ${size}.`);
  }
  const open = (options.worker ?? true) ? openModelInWorker : openModel;
  const predictor = new Predictor(await open(source, options.session), options);
  if (options.warmUp ?? true) await predictor.warmUp();
  return predictor;
}

/** Zeros for an input; undefined when another dimension than the batch is dynamic. */
function zeros({ name, shape, dtype }: ValueInfo, batch: number | undefined): [string, Value] | undefined {
  const sizes = shape.map((size, axis) => (axis === 0 && batch !== undefined ? batch : size));
  if (!sizes.every((size) => typeof size === 'number')) return undefined;
  const array = ARRAYS[dtype];
  return array && [name, { data: new array(sizeOf(sizes)), shape: sizes }];
}

const ARRAYS: Readonly<Partial<Record<string, new (length: number) => TensorData>>> = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
};
