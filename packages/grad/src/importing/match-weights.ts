import type { StoredArray } from '../checkpoint/safetensors.js';
import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import { matches } from '../nn/parameter-groups.js';
import type { NamedArray } from '../nn/state.js';
import { nearestName } from './nearest-name.js';

export interface ImportOptions {
  /** The part of the model that the stored names belong to, such as `encoder` in a U-Net. Default: all of it. */
  readonly scope?: string;
  /**
   * Stored names or their beginnings up to a dot that are left out, where the model keeps what it has: `fc` for a
   * classifier with other classes, `beyondEncoder` of an architecture for its encoder.
   */
  readonly skip?: readonly (string | RegExp)[];
}

/** How many of a kind are listed. */
const LISTED = 8;

/**
 * The weights of `model` with those of `stored` in place of its own, by name; PyTorch's `num_batches_tracked` is
 * ignored. Throws `parameter`, listing everything that does not fit, when names or shapes are not exactly the model's
 * or a number is not finite.
 */
export function matchWeights(
  model: ReadonlyMap<string, NamedArray>,
  stored: ReadonlyMap<string, StoredArray>,
  { scope = '', skip = [] }: ImportOptions = {},
): Map<string, NamedArray> {
  const prefix = scope ? `${scope}.` : '';
  const skipped = (name: string): boolean => skip.some((each) => matches(name, each));
  const expected = new Map<string, NamedArray>();
  for (const [name, array] of model) {
    const short = name.slice(prefix.length);
    if (name.startsWith(prefix) && !skipped(short)) expected.set(short, array);
  }
  const given = new Map([...stored].filter(([name]) => !name.endsWith('num_batches_tracked') && !skipped(name)));
  if (expected.size === 0) throw new GradError('parameter', `The model has nothing to fill under '${scope}'.`);

  const problems = [
    missing(expected, given),
    unexpected(expected, given),
    unfit(expected, given),
    notFinite(expected, given),
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new GradError('parameter', `The weights do not fit the model. ${problems.join(' ')}`);
  const taken = [...given].map(([name, { shape, data }]): [string, NamedArray] => [
    prefix + name,
    { shape, data: data as Float32Array },
  ]);
  return new Map([...model, ...taken]);
}

type Expected = ReadonlyMap<string, NamedArray>;
type Given = ReadonlyMap<string, StoredArray>;

function missing(expected: Expected, given: Given): string {
  const candidates = [...given.keys()].filter((name) => !expected.has(name));
  const names = [...expected.keys()].filter((name) => !given.has(name));
  return list('missing', names, (name) => {
    const nearest = nearestName(name, candidates);
    return `${name} ${formatShape(expected.get(name)!.shape)}${nearest ? ` (there is ${nearest})` : ''}`;
  });
}

function unexpected(expected: Expected, given: Given): string {
  const names = [...given.keys()].filter((name) => !expected.has(name));
  return list('unknown to the model', names, (name) => name);
}

function unfit(expected: Expected, given: Given): string {
  const names = [...given.keys()].filter((name) => {
    const [wanted, { shape, data }] = [expected.get(name), given.get(name)!];
    return wanted && !(sameShape(shape, wanted.shape) && data instanceof Float32Array);
  });
  return list('of another shape', names, (name) => {
    const { shape, data } = given.get(name)!;
    const kind = data instanceof Float32Array ? '' : ' of whole numbers';
    return `${name} ${formatShape(shape)}${kind}, needed ${formatShape(expected.get(name)!.shape)}`;
  });
}

function notFinite(expected: Expected, given: Given): string {
  const names = [...given.keys()].filter((name) => {
    const { data } = given.get(name)!;
    return expected.has(name) && data instanceof Float32Array && !allFinite(data);
  });
  return list('not finite', names, (name) => name);
}

/** A plain loop: a network has up to a hundred million numbers. */
function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function list(what: string, names: readonly string[], describe: (name: string) => string): string {
  if (names.length === 0) return '';
  const more = names.length > LISTED ? `; and ${names.length - LISTED} more` : '';
  return `${names.length} ${what}: ${names.slice(0, LISTED).map(describe).join('; ')}${more}.`;
}
