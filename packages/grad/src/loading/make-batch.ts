import { GradError } from '../errors.js';
import { sizeOf } from '../graph/shape.js';
import { createRandom } from '../random.js';
import type { Example, ExampleSource, Field } from './example-source.js';

/** An example that could not be loaded. */
export interface FailedExample {
  readonly index: number;
  readonly reason: string;
}

/** Examples one after the other in arrays [batch, ...shape], by field. */
export interface Batch {
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Which examples they are. */
  readonly indices: Int32Array;
  /** Those that could not be loaded: each has the next one that could in its place. */
  readonly failed: readonly FailedExample[];
}

/** Loads a batch; equal arguments give equal batches. Throws `data` when not one of the examples can be loaded. */
export async function makeBatch(
  source: ExampleSource,
  indices: Int32Array,
  seed: number,
  epoch: number,
): Promise<Batch> {
  const fields = Object.entries(source.fields);
  const feeds = Object.fromEntries(fields.map(([name, field]) => [name, allocate(field, indices.length)]));
  const place = (i: number): Example =>
    Object.fromEntries(fields.map(([name, { shape }]) => [name, part(feeds[name]!, i, sizeOf(shape))]));
  const reasons = await Promise.all(
    Array.from(indices, async (index, i) => {
      try {
        await source.load(index, createRandom(seed, 'augment', epoch, index), place(i));
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }),
  );
  const failed = reasons.flatMap((reason, i) => (reason === undefined ? [] : [{ index: indices[i]!, reason }]));
  if (failed.length === indices.length) {
    throw new GradError('data', `Not one of ${failed.length} examples of a batch can be loaded: ${reasons[0]}`);
  }
  reasons.forEach((reason, i) => {
    if (reason === undefined) return;
    let next = i;
    while (reasons[next] !== undefined) next = (next + 1) % indices.length;
    const [to, from] = [place(i), place(next)];
    for (const [name] of fields) to[name]!.set(from[name]!);
  });
  return { feeds, indices, failed };
}

function allocate({ dtype, shape }: Field, examples: number): Float32Array | Int32Array {
  const length = examples * sizeOf(shape);
  return dtype === 'float32' ? new Float32Array(length) : new Int32Array(length);
}

function part(values: Float32Array | Int32Array, i: number, size: number): Float32Array | Int32Array {
  return values.subarray(i * size, (i + 1) * size);
}
