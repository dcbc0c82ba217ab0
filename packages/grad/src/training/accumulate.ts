import { GradError } from '../errors.js';
import type { Feed, Value } from '../runtime/feeds.js';
import { floatsOf, type OnnxModel } from '../runtime/onnx-model.js';
import type { BuiltModel } from './build.js';
import { gradientName, nextName, outputName, SUM, slotName } from './step-graph.js';

type Feeds = Readonly<Record<string, Feed>>;
type Results = Record<string, Value>;

/** A step in parts: one program adds the gradients of a part to those before, the other updates from their mean. */
export interface AccumulatedStep {
  readonly gradients: OnnxModel;
  readonly update: OnnxModel;
  readonly trained: readonly string[];
  readonly inputs: BuiltModel['inputs'];
  /** Examples in a part. */
  readonly partSize: number;
}

/**
 * Computes what the step of the whole batch would: `parts` are the feeds of its equal parts with their noise, `state` all
 * else that either program takes. Buffers such as running statistics move on from part to part.
 */
export async function accumulate(step: AccumulatedStep, parts: readonly Feeds[], state: Feeds): Promise<Results> {
  const { gradients, update, trained } = step;
  const current: Record<string, Feed> = { ...state };
  for (const name of trained) current[slotName(name, SUM)] = zerosLike(state[name]!);
  const results: Results[] = [];
  let next: Results = {};
  for (const part of parts) {
    // Only what the step returns is kept of a part: the sums before are as large as the weights, and of no use.
    const { state: moved, rest } = separate(await gradients.run({ ...taken(gradients, current), ...part }));
    for (const [name, value] of Object.entries(moved)) current[name.slice(nextName('').length)] = value;
    next = moved;
    results.push(rest);
  }
  return { ...next, ...merge(results, step), ...(await update.run(taken(update, current))) };
}

/** What goes into the next part, and what the step returns. */
function separate(results: Results): { state: Results; rest: Results } {
  const entries = Object.entries(results);
  const isState = ([name]: [string, Value]) => name.startsWith(nextName(''));
  return {
    state: Object.fromEntries(entries.filter(isState)),
    rest: Object.fromEntries(entries.filter((entry) => !isState(entry))),
  };
}

/** The feeds of each of `count` equal parts of a batch. Throws `feed` when one cannot be split. */
export function splitFeeds(feeds: Feeds, inputs: BuiltModel['inputs'], count: number): Feeds[] {
  return Array.from({ length: count }, (_, part) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, feed]): [string, Feed] => [
        name,
        inputs.get(name)?.batched ? partOf(name, feed, part, count) : feed,
      ]),
    ),
  );
}

/** A shape that was given is split too, so that the program looks at it. */
function partOf(name: string, feed: Feed, part: number, count: number): Feed {
  const data = 'shape' in feed ? feed.data : feed;
  const size = data.length / count;
  if (!Number.isInteger(size)) {
    throw new GradError('feed', `The ${data.length} values of '${name}' cannot be split into ${count} parts.`);
  }
  const values = data.subarray(part * size, (part + 1) * size);
  if (!('shape' in feed)) return values;
  const [batch = 0, ...shape] = feed.shape;
  return { data: values, shape: [batch / count, ...shape] };
}

/**
 * What the step of the whole batch would return: results by example, whose first axis is the part, are put one after
 * the other; the loss, gradients by unbatched inputs and other outputs are averaged.
 */
function merge(results: readonly Results[], { inputs, partSize }: AccumulatedStep): Results {
  const merged: Results = { ...results[0]! };
  for (const name of Object.keys(merged)) {
    const values = results.map((result) => result[name]!);
    const byExample = values[0]!.shape[0] === partSize;
    const gradientOf = name.startsWith(gradientName('')) ? inputs.get(name.slice(gradientName('').length)) : undefined;
    if (name === 'loss' || (gradientOf && !gradientOf.batched)) merged[name] = meanOf(values);
    else if (gradientOf) merged[name] = scaled(joined(values), 1 / results.length);
    else if (name.startsWith(outputName(''))) merged[name] = byExample ? joined(values) : meanOf(values);
  }
  return merged;
}

function joined(values: readonly Value[]): Value {
  const [first, ...rest] = values.map(floatsOf);
  const data = new Float32Array(first!.length * values.length);
  for (const [i, part] of [first!, ...rest].entries()) data.set(part, i * first!.length);
  const [batch = 1, ...shape] = values[0]!.shape;
  return { data, shape: [batch * values.length, ...shape] };
}

function meanOf(values: readonly Value[]): Value {
  const parts = values.map(floatsOf);
  const data = parts[0]!.map((_, i) => parts.reduce((sum, part) => sum + part[i]!, 0) / parts.length);
  return { data, shape: values[0]!.shape };
}

function scaled(value: Value, factor: number): Value {
  return { data: floatsOf(value).map((number) => number * factor), shape: value.shape };
}

function zerosLike(feed: Feed): Float32Array {
  return new Float32Array('shape' in feed ? feed.data.length : feed.length);
}

function taken(program: OnnxModel, feeds: Feeds): Feeds {
  return Object.fromEntries(program.inputs.flatMap(({ name }) => (feeds[name] ? [[name, feeds[name]]] : [])));
}
