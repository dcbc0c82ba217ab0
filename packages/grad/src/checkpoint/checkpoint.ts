import { GradError } from '../errors.js';
import { formatShape, sameShape } from '../graph/shape.js';
import type { NamedArray } from '../nn/state.js';
import { writeFileAtomically } from './atomic-file.js';
import { readSafetensors } from './read-safetensors.js';
import { encodeSafetensors, type StoredArray } from './safetensors.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** State outside the graph that belongs in a checkpoint, such as a host table. */
export interface CheckpointPart {
  /** What is to be saved, by name. */
  arrays(): Map<string, NamedArray>;
  /** Takes over arrays of the same names and shapes. */
  restore(arrays: ReadonlyMap<string, NamedArray>): void;
}

export interface Checkpoint {
  readonly step: number;
  readonly seed: number;
  readonly optimizer: string;
  /** What the caller wants to find again. */
  readonly extra: Json;
  /** Arrays by group and name: `model`, `optimizer` and one group per part. */
  readonly groups: Readonly<Record<string, ReadonlyMap<string, NamedArray>>>;
}

const FORMAT = 'vitrine-grad-checkpoint-1';
const MODEL = 'model';

/** Writes a checkpoint atomically. Weights carry their plain names, as in a `state_dict`; others `group>name`. */
export async function saveCheckpoint(
  file: string,
  { step, seed, optimizer, extra, groups }: Checkpoint,
): Promise<void> {
  const arrays = Object.entries(groups).flatMap(([group, members]) =>
    [...members].map(([name, array]): [string, StoredArray] => [group === MODEL ? name : `${group}>${name}`, array]),
  );
  const training = JSON.stringify({ step, seed, optimizer, extra });
  await writeFileAtomically(file, encodeSafetensors(arrays, { format: FORMAT, training }));
}

/** Reads a checkpoint. Throws `checkpoint` when it cannot be read, is damaged or is not one. */
export async function loadCheckpoint(file: string): Promise<Checkpoint> {
  const { arrays, metadata } = await readSafetensors(file);
  if (metadata.format !== FORMAT || metadata.training === undefined) {
    throw new GradError('checkpoint', `'${file}' is a safetensors file, but not a checkpoint of a training.`);
  }
  const groups = new Map<string, Map<string, NamedArray>>();
  for (const [name, { shape, data }] of arrays) {
    if (!(data instanceof Float32Array)) throw new GradError('checkpoint', `'${name}' in '${file}' is not float32.`);
    const cut = name.indexOf('>');
    const group = cut < 0 ? MODEL : name.slice(0, cut);
    const members = groups.get(group) ?? new Map<string, NamedArray>();
    groups.set(group, members.set(name.slice(cut + 1), { shape, data }));
  }
  return { ...parseTraining(file, metadata.training), groups: Object.fromEntries(groups) };
}

type Training = Omit<Checkpoint, 'groups'>;

function parseTraining(file: string, text: string): Training {
  try {
    const training: unknown = JSON.parse(text);
    if (isTraining(training)) return training;
  } catch {
    // Reported below, with the same words as one that lacks something.
  }
  throw new GradError('checkpoint', `What '${file}' says of its training is damaged; use another copy.`);
}

function isTraining(value: unknown): value is Training {
  const { step, seed, optimizer } = (value ?? {}) as Partial<Training>;
  return Number.isSafeInteger(step) && step! >= 0 && Number.isFinite(seed) && typeof optimizer === 'string';
}

/** Throws `checkpoint` unless `saved` has exactly the names and shapes of `expected`. */
export function requireSameArrays(
  file: string,
  saved: ReadonlyMap<string, NamedArray> = new Map(),
  expected: ReadonlyMap<string, NamedArray>,
): void {
  for (const [name, { shape }] of expected) {
    const found = saved.get(name);
    if (!found) throw new GradError('checkpoint', `'${file}' lacks '${name}': it belongs to another model.`);
    if (!sameShape(found.shape, shape)) {
      throw new GradError(
        'checkpoint',
        `'${name}' is ${formatShape(found.shape)} in '${file}' and ${formatShape(shape)} here.`,
      );
    }
  }
  for (const name of saved.keys()) {
    if (!expected.has(name)) throw new GradError('checkpoint', `'${file}' holds '${name}', unknown to this model.`);
  }
}
