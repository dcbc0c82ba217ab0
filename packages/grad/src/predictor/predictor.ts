import { GradError, insist } from '../errors.js';
import type { TensorData } from '../graph/dtype.js';
import type { ValueInfo } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import type { Feed, Value } from '../runtime/feeds.js';
import { checkFeeds } from '../runtime/feeds.js';
import { type OnnxModel, openModel } from '../runtime/onnx-model.js';
import { openModelInWorker } from '../runtime/open-model-in-worker.js';
import type { SessionOptions } from '../runtime/session-options.js';
import { BatchQueue } from './batch-queue.js';
import { copied, countOf, isBatched, joined, rowsOf, type Values } from './rows.js';

export interface PredictorOptions<Input extends string = string, Output extends string = string> {
  /** The inputs, where predictions shall be typed by them; they must be the model's. Default: those of the model. */
  readonly inputs?: readonly Input[];
  /** The outputs to compute. Default: all. */
  readonly outputs?: readonly Output[];
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

/** The milliseconds a timer of Node's can wait. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A model that serves: it checks what it is given and computes predictions that come at the same time together. */
export class Predictor<Input extends string = string, Output extends string = string> {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Whether predictions share runs: inputs and outputs have the same dynamic first axis. Otherwise they run one by one. */
  readonly batched: boolean;
  private readonly largestBatch: number;
  private readonly sizes: readonly number[] | undefined;
  private readonly queue: BatchQueue;
  private closed = false;

  /** Use `openPredictor`. */
  constructor(
    private readonly model: OnnxModel,
    options: PredictorOptions<Input, Output>,
  ) {
    this.inputs = model.inputs;
    this.outputs = options.outputs?.map((name) => find(model, name)) ?? model.outputs;
    this.batched = isBatched([...this.inputs, ...this.outputs]);
    this.sizes = this.batched ? options.batchSizes?.toSorted((a, b) => a - b) : undefined;
    this.largestBatch = this.batched ? (this.sizes?.at(-1) ?? options.maxBatch ?? 16) : 1;
    const { latency = 0, maxWaiting = 1024 } = options;
    this.queue = new BatchQueue((parts, count) => this.compute(parts, count), {
      largest: this.largestBatch,
      latency,
      maxWaiting,
    });
  }

  /**
   * The outputs for one or more examples: every input is fed with the examples on its first axis. The arrays are copied
   * here and may be written to again at once. Throws `feed` when an input is missing, unknown or does not fit, `busy`
   * when too many wait, `closed` after `close`, `model` when the model fails on it.
   */
  async predict(feeds: Readonly<Record<Input, Feed>>): Promise<Record<Output, Value>> {
    if (this.closed) throw new GradError('closed', 'The predictor is closed; open another.');
    const values: Values = new Map([...checkFeeds(this.inputs, feeds)].map(([{ name }, value]) => [name, value]));
    const count = this.batched ? countOf(values) : 1;
    this.queue.makeSureThereIsRoom(count);
    const parts: Promise<Values>[] = [];
    for (let from = 0; from < count; from += this.largestBatch) {
      const to = Math.min(count, from + this.largestBatch);
      const part = to - from === count ? copied(values) : rowsOf(Object.fromEntries(values), count, from, to);
      parts.push(this.queue.add(part, to - from));
    }
    const [first, ...others] = await Promise.all(parts);
    return (others.length ? joined([first!, ...others], count) : Object.fromEntries(first!)) as Record<Output, Value>;
  }

  /** Waits for predictions under way, refuses further ones and frees the model's memory. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue.drain();
    await this.model.release();
  }

  /** Runs the model on zeros, so that the first prediction finds it ready. */
  async warmUp(): Promise<void> {
    for (const size of new Set(this.sizes ?? [1, this.largestBatch])) {
      const feeds = this.inputs.map((input) => zeros(input, this.batched ? size : undefined));
      if (feeds.every((feed) => feed !== undefined)) await this.run(Object.fromEntries(feeds));
    }
  }

  private async compute(parts: readonly Values[], count: number): Promise<Values[]> {
    if (!this.batched) return [new Map(Object.entries(await this.run(Object.fromEntries(parts[0]!))))];
    const size = this.sizes?.find((candidate) => candidate >= count) ?? count;
    const outputs = await this.run(joined(parts, size));
    let from = 0;
    return parts.map((part) => {
      const to = from + countOf(part);
      const rows = rowsOf(outputs, size, from, to);
      from = to;
      return rows;
    });
  }

  private run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>> {
    return this.model.run(
      feeds,
      this.outputs.map(({ name }) => name),
    );
  }
}

/**
 * Opens an exported model for serving. Throws `model` when it cannot be read, is not a valid model or has not the inputs and
 * outputs named, and `feed` when an option is out of its range.
 */
export async function openPredictor<const Input extends string = string, const Output extends string = string>(
  source: Uint8Array | string,
  options: PredictorOptions<Input, Output> = {},
): Promise<Predictor<Input, Output>> {
  checkOptions(options);
  const open = (options.worker ?? true) ? openModelInWorker : openModel;
  const model = await open(source, options.session);
  try {
    checkInputs(model, options.inputs);
    const predictor = new Predictor(model, options);
    if (options.warmUp ?? true) await predictor.warmUp();
    return predictor;
  } catch (error) {
    await model.release();
    throw error;
  }
}

function checkOptions({ outputs, batchSizes, maxBatch = 1, latency = 0, maxWaiting = 0 }: PredictorOptions): void {
  for (const size of [maxBatch, ...(batchSizes ?? [])])
    insist(Number.isInteger(size) && size > 0, 'feed', `A batch size is a positive whole number, not ${size}.`);
  insist(batchSizes?.length !== 0, 'feed', 'batchSizes needs at least one size; leave it out for any.');
  insist(outputs?.length !== 0, 'feed', 'A predictor needs at least one output; leave outputs out for all.');
  insist(
    latency >= 0 && latency <= LONGEST_TIMER,
    'feed',
    `latency is 0 to ${LONGEST_TIMER} milliseconds, not ${latency}.`,
  );
  insist(maxWaiting >= 0, 'feed', `maxWaiting must be 0 or more, not ${maxWaiting}.`);
}

function checkInputs({ inputs }: OnnxModel, named: readonly string[] | undefined): void {
  const names = inputs.map(({ name }) => name);
  if (!named || names.toSorted().join() === named.toSorted().join()) return;
  throw new GradError('model', `The model takes ${names.join(', ')}, not ${named.join(', ')}.`);
}

function find({ outputs }: OnnxModel, name: string): ValueInfo {
  const output = outputs.find((candidate) => candidate.name === name);
  if (output) return output;
  const names = outputs.map((candidate) => candidate.name).join(', ');
  throw new GradError('model', `The model has no output '${name}'; it has ${names}.`);
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
