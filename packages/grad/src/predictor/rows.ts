import { GradError } from '../errors.js';
import type { TensorData } from '../graph/dtype.js';
import type { ValueInfo } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import type { Value } from '../runtime/feeds.js';

/** What a model is fed or gives, by name. */
export type Values = ReadonlyMap<string, Value>;

/** Whether examples can be put together: all inputs and outputs have the same dynamic dimension first. */
export function isBatched(values: readonly ValueInfo[]): boolean {
  const first = values[0]?.shape[0];
  return typeof first === 'string' && values.every(({ shape }) => shape[0] === first);
}

/** The number of examples; all inputs must agree on it. Throws `feed`. */
export function countOf(values: Values): number {
  const counts = new Set([...values.values()].map(({ shape }) => shape[0] ?? 0));
  const [count = 0] = counts;
  if (counts.size === 1 && count > 0) return count;
  throw new GradError(
    'feed',
    `The inputs must hold the same number of examples, at least one, not ${[...counts].join(', ')}.`,
  );
}

/** The same for values that can stand in one batch. */
export function shapeKey(values: Values): string {
  return [...values].map(([name, { shape }]) => `${name}:${shape.slice(1).join('×')}`).join(' ');
}

/** The same in arrays of its own. */
export function copied(values: Values): Values {
  return new Map([...values].map(([name, { data, shape }]) => [name, { data: copyOf(data), shape: [...shape] }]));
}

/** Examples one after the other, and zeros until there are `count`. */
export function joined(parts: readonly Values[], count: number): Record<string, Value> {
  const [first, ...others] = parts;
  if (first && !others.length && countOf(first) === count) return Object.fromEntries(first);
  return Object.fromEntries(
    [...(first ?? [])].map(([name, { data, shape }]) => {
      const all = blank(data, count * sizeOf(shape.slice(1)));
      let at = 0;
      for (const part of parts) {
        const own = part.get(name)!.data;
        place(all, own, at);
        at += own.length;
      }
      return [name, { data: all, shape: [count, ...shape.slice(1)] }];
    }),
  );
}

/** The examples `from` until `to`. Throws `model` when an output does not have one row for each example. */
export function rowsOf(values: Readonly<Record<string, Value>>, count: number, from: number, to: number): Values {
  return new Map(
    Object.entries(values).map(([name, { data, shape }]) => {
      if (shape[0] !== count) {
        throw new GradError('model', `The output '${name}' has ${shape[0]} rows for ${count} examples.`);
      }
      const size = sizeOf(shape.slice(1));
      return [name, { data: copyOf(data.subarray(from * size, to * size)), shape: [to - from, ...shape.slice(1)] }];
    }),
  );
}

/** Unlike `slice`, which gives a view of what is a Node `Buffer`. */
function copyOf(data: TensorData): TensorData {
  const copy = blank(data, data.length);
  place(copy, data, 0);
  return copy;
}

function blank(like: TensorData, length: number): TensorData {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  if (like instanceof BigInt64Array) return new BigInt64Array(length);
  return like instanceof Int8Array ? new Int8Array(length) : new Uint8Array(length);
}

function place(target: TensorData, source: TensorData, at: number): void {
  if (target instanceof BigInt64Array) target.set(source as BigInt64Array, at);
  else target.set(source as Exclude<TensorData, BigInt64Array>, at);
}
