import { GradError } from '../errors.js';
import { holds, type TensorData } from '../graph/dtype.js';
import type { ValueInfo } from '../graph/model.js';
import { formatShape, sizeOf } from '../graph/shape.js';

/** Numbers for an input. A bare array takes the declared shape, with a dynamic dimension inferred from its length. */
export type Feed = TensorData | Value;

export interface Value {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** Every input with what it is fed. Throws `feed` when one is missing, unknown or does not fit. */
export function checkFeeds(inputs: readonly ValueInfo[], feeds: Readonly<Record<string, Feed>>): Map<ValueInfo, Value> {
  const names = inputs.map(({ name }) => name);
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) {
      throw new GradError('feed', `The model has no input '${name}'; it takes ${names.join(', ')}.`);
    }
  }
  return new Map(inputs.map((input) => [input, checkFeed(input, feeds[input.name])]));
}

function checkFeed(input: ValueInfo, feed: Feed | undefined): Value {
  if (!feed) throw new GradError('feed', `The input '${input.name}' is missing.`);
  const { data, shape } = 'shape' in feed ? feed : { data: feed, shape: inferShape(input, feed.length) };
  const fits =
    shape.length === input.shape.length &&
    input.shape.every((size, axis) => typeof size === 'string' || size === shape[axis]) &&
    sizeOf(shape) === data.length;
  if (!fits || !holds(input.dtype, data)) {
    throw new GradError(
      'feed',
      `The input '${input.name}' takes ${input.dtype} [${input.shape.join(', ')}], not ${data.constructor.name} of ` +
        `${data.length} values as ${formatShape(shape)}.`,
    );
  }
  return { data, shape };
}

/** Solves for the one dynamic dimension; left as 0, which fits nothing, when that is not possible. */
function inferShape(input: ValueInfo, length: number): number[] {
  const known = sizeOf(input.shape.filter((size) => typeof size === 'number'));
  const dynamic = input.shape.filter((size) => typeof size === 'string').length;
  const inferred = dynamic === 1 && length % known === 0 ? length / known : 0;
  return input.shape.map((size) => (typeof size === 'number' ? size : inferred));
}
