import { setTimeout } from 'node:timers/promises';
import type { ExampleSource, OpenSource } from '../loading/example-source.js';

export interface NumbersOptions {
  /** Examples that cannot be loaded. */
  readonly broken?: readonly number[];
  /** Example at which the thread dies. */
  readonly deadly?: number;
  readonly refuse?: boolean;
  /** Shared: counts the examples loaded. */
  readonly loads?: Int32Array;
}

/** Examples that say which they are, with a random number; odd ones take longer. */
export const open: OpenSource<NumbersOptions> = ({ broken = [], deadly, refuse = false, loads }): ExampleSource => {
  if (refuse) throw new Error('The disk is gone.');
  return {
    fields: { x: { dtype: 'float32', shape: [2] }, label: { dtype: 'int32', shape: [] } },
    async load(index, random, { x, label }) {
      if (loads) Atomics.add(loads, 0, 1);
      if (index === deadly) process.exit(3);
      if (index % 2 === 1) await setTimeout(1);
      if (broken.includes(index)) throw new Error(`Example ${index} is broken.`);
      x!.set([index, random.uniform()]);
      label!.fill(index % 3);
    },
  };
};
