import { GradError } from '../errors.js';
import { formatShape, isShape, type Shape, sameShape, sizeOf } from '../graph/shape.js';

/** A named array of a model's state. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Parameters are trained; buffers (such as running statistics) are state that training updates by other means. */
export type StateKind = 'parameter' | 'buffer';

interface Entry {
  readonly kind: StateKind;
  readonly shape: Shape;
  /** The numbers, or how to make the first ones. */
  data: Float32Array | (() => Float32Array);
  /** The numbers have a fixed place, where training writes over them. */
  readonly settled?: boolean;
}

/** The arrays of a model by name, in the order of creation: PyTorch's `state_dict`. First values are made when asked for. */
export class ModelState {
  private readonly entries = new Map<string, Entry>();

  /**
   * Declares an array whose first values come from `create`. Throws `parameter` when it exists with another shape, and
   * when it would hold nothing.
   */
  define(name: string, kind: StateKind, shape: Shape, create: () => Float32Array): void {
    if (!isShape(shape) || sizeOf(shape) === 0) {
      const given = formatShape(shape);
      throw new GradError('parameter', `'${name}' cannot have the shape ${given}; sizes are whole numbers from 1 on.`);
    }
    const known = this.entries.get(name);
    if (!known) {
      this.entries.set(name, { kind, shape: [...shape], data: create });
    } else if (!sameShape(known.shape, shape) || known.kind !== kind) {
      throw new GradError(
        'parameter',
        `'${name}' is a ${kind} ${formatShape(shape)} here and a ${known.kind} ${formatShape(known.shape)} elsewhere.`,
      );
    }
  }

  /** An array by its full name. Throws `parameter` when there is none. */
  get(name: string): NamedArray {
    return filled(this.entry(name));
  }

  /** The shapes of all arrays, without making any. */
  shapes(): Map<string, Shape> {
    return new Map([...this.entries].map(([name, { shape }]) => [name, shape]));
  }

  /** Whether an array of that name was declared. */
  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Replaces the numbers. Throws `parameter` when the name is unknown or the length is wrong. */
  set(name: string, data: Float32Array): void {
    const entry = this.entry(name);
    requireLength(name, entry, data);
    if (entry.settled) filled(entry).data.set(data);
    else this.entries.set(name, { ...entry, data });
  }

  /**
   * Moves the numbers to `place`, where they stay: from now on `set` copies into it, and whoever owns it may write to it.
   * Throws `parameter` when the name is unknown or the length is wrong.
   */
  settle(name: string, place: Float32Array): void {
    const { shape, data } = this.get(name);
    this.set(name, place);
    place.set(data);
    this.entries.set(name, { ...this.entry(name), shape, data: place, settled: true });
  }

  /** The names of all arrays, or of one kind, in the order of creation. */
  names(kind?: StateKind): string[] {
    return [...this.entries].filter(([, entry]) => !kind || entry.kind === kind).map(([name]) => name);
  }

  /** All arrays by name, to be read before training goes on. */
  current(): Map<string, NamedArray> {
    return new Map([...this.entries].map(([name, entry]) => [name, filled(entry)]));
  }

  /** All arrays by name. They stay as they are while training goes on; only those with a fixed place cost a copy. */
  snapshot(): Map<string, NamedArray> {
    const kept = ({ shape, data }: NamedArray): NamedArray => ({ shape, data: data.slice() });
    return new Map(
      [...this.entries].map(([name, entry]) => [name, entry.settled ? kept(filled(entry)) : filled(entry)]),
    );
  }

  /**
   * Takes over all arrays of a snapshot. Throws `parameter`, leaving all as they were, when names, shapes or lengths
   * are not exactly those of the model.
   */
  restore(arrays: ReadonlyMap<string, NamedArray>): void {
    for (const [name, entry] of this.entries) {
      const replacement = arrays.get(name);
      if (!replacement) throw new GradError('parameter', `The weights given lack '${name}'.`);
      if (!sameShape(replacement.shape, entry.shape)) {
        throw new GradError(
          'parameter',
          `'${name}' is ${formatShape(replacement.shape)}, the model needs ${formatShape(entry.shape)}.`,
        );
      }
      requireLength(name, entry, replacement.data);
    }
    for (const name of arrays.keys()) {
      if (!this.entries.has(name))
        throw new GradError('parameter', `The weights given hold '${name}', unknown to the model.`);
    }
    for (const [name, { data }] of arrays) this.set(name, data);
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (!entry) throw new GradError('parameter', `The model has no parameter or buffer named '${name}'.`);
    return entry;
  }
}

function requireLength(name: string, { shape }: Entry, { length }: Float32Array): void {
  if (sizeOf(shape) === length) return;
  throw new GradError('parameter', `'${name}' cannot take ${length} values: it is ${formatShape(shape)}.`);
}

function filled(entry: Entry): NamedArray {
  if (typeof entry.data === 'function') entry.data = entry.data();
  return { shape: entry.shape, data: entry.data };
}
