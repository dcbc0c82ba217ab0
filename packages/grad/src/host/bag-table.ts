import type { CheckpointPart } from '../checkpoint/checkpoint.js';
import { GradError, insist } from '../errors.js';
import type { NamedArray } from '../nn/state.js';
import { createRandom } from '../random.js';
import { requireCounts } from '../ranges.js';
import { areFinite } from './are-finite.js';
import { type Bags, checkBags } from './bags.js';
import { createRowMemory, type RowMemory } from './row-kernels.js';
import { createRowOptimizer, type RowOptimizer, type RowOptimizerChoice, stateTables } from './row-optimizer.js';

export interface BagTableOptions {
  readonly rows: number;
  readonly dim: number;
  readonly seed: number;
  /** Standard deviation of the first values, which are uniform. Default 1/√dim; 0 starts from zeros. */
  readonly deviation?: number;
  /** Default row-wise Adagrad. */
  readonly optimizer?: RowOptimizerChoice;
}

/**
 * An embedding table too large to pass through a graph at every step. It lives in host memory: a batch gathers its
 * weighted bags, the graph takes them as an input and returns their gradient, and only the rows used are updated.
 * Deterministic; a part of a trainer's checkpoint when given as one of its `parts`.
 */
export class BagTable implements CheckpointPart {
  readonly rows: number;
  readonly dim: number;
  private readonly optimizer: RowOptimizer;
  /** The table from address 0, then what the optimizer keeps of each row, then scratch space. */
  private readonly memory: RowMemory;
  private readonly scratchStart: number;
  private readonly rowBytes: number;
  /** Place of a row among the rows used in this step, plus one; zeros between steps. */
  private readonly places: Int32Array;
  private used = new Int32Array(0);

  /** Throws `parameter` for an option out of range, and `shape` for a table of more than 4 GB or the system has. */
  constructor(options: BagTableOptions) {
    checkOptions(options);
    const { rows, dim, seed, deviation = 1 / Math.sqrt(dim), optimizer = { kind: 'adagrad' } } = options;
    this.rows = rows;
    this.dim = dim;
    this.rowBytes = dim * Float32Array.BYTES_PER_ELEMENT;
    this.memory = createRowMemory();
    const state = rows * this.rowBytes;
    this.scratchStart = state * (1 + stateTables(optimizer));
    this.memory.reserve(this.scratchStart);
    this.optimizer = createRowOptimizer(optimizer, { memory: this.memory, rows, dim, state });
    this.places = new Int32Array(rows);
    const { weight } = this;
    const random = createRandom(seed, 'bag-table');
    // Uniform within √3 deviations: a quarter of the time that normal numbers take, which counts for millions of rows.
    const bound = Math.sqrt(3) * deviation;
    if (bound > 0) for (let i = 0; i < weight.length; i++) weight[i] = (random.uniform() * 2 - 1) * bound;
  }

  /** The table, [rows × dim]: a live view, valid until the next call of a method. */
  get weight(): Float32Array {
    return this.memory.floats(0, this.rows * this.dim);
  }

  /** The weighted sum of the rows of each bag: [bags × dim]; zeros for an empty bag. Throws `feed` for bad bags. */
  gather(bags: Bags): Float32Array {
    checkBags(bags, this.rows);
    const { offsets, indices, weights } = bags;
    const { memory, rowBytes, dim } = this;
    const count = offsets.length - 1;
    const sums = this.scratch(0, count);
    memory.floats(sums, count * dim).fill(0);
    for (let bag = 0; bag < count; bag++) {
      const to = sums + bag * rowBytes;
      for (let entry = offsets[bag]!; entry < offsets[bag + 1]!; entry++) {
        memory.axpy(to, indices[entry]! * rowBytes, dim, weights ? weights[entry]! : 1);
      }
    }
    return memory.floats(sums, count * dim).slice();
  }

  /**
   * One optimizer step from `gradient` [bags × dim], the derivative of the loss by what `gather` gave for these bags.
   * A row used several times is updated once, with the sum. Throws `feed`, changing nothing, for bad bags, a gradient of
   * another size, and a gradient or learning rate that is not finite.
   */
  apply(bags: Bags, gradient: Float32Array, { lr }: { readonly lr: number }): void {
    checkBags(bags, this.rows);
    if (gradient.length !== (bags.offsets.length - 1) * this.dim) {
      throw new GradError('feed', `The gradient has ${gradient.length} values for ${bags.offsets.length - 1} bags.`);
    }
    const gradients = this.scratch(0, bags.offsets.length - 1);
    this.memory.floats(gradients, gradient.length).set(gradient);
    if (!Number.isFinite(lr) || !areFinite(this.memory, gradients, gradient.length)) {
      const what = Number.isFinite(lr) ? "table's gradient holds a number that" : `learning rate ${lr}`;
      throw new GradError('feed', `The ${what} is not finite; lower the learning rate or look at the schedule.`);
    }
    const count = this.collect(bags);
    const sums = this.accumulate(bags, gradients, count);
    const update = this.optimizer.begin(lr);
    for (let place = 0; place < count; place++) {
      const row = this.used[place]!;
      update(row, row * this.rowBytes, sums + place * this.rowBytes);
      this.places[row] = 0;
    }
  }

  /** The table and the optimizer's state, by name: what a checkpoint keeps. */
  arrays(): Map<string, NamedArray> {
    return new Map([['weight', { shape: [this.rows, this.dim], data: this.weight }], ...this.optimizer.arrays()]);
  }

  restore(arrays: ReadonlyMap<string, NamedArray>): void {
    for (const [name, { data }] of this.arrays()) {
      const saved = arrays.get(name);
      if (saved?.data.length !== data.length) {
        throw new GradError('checkpoint', `The table's '${name}' is missing or has another size.`);
      }
      data.set(saved.data);
    }
  }

  /** The address of `count` rows of scratch space, after `before` others. */
  private scratch(before: number, count: number): number {
    const address = this.scratchStart + before * this.rowBytes;
    this.memory.reserve(address + count * this.rowBytes);
    return address;
  }

  /** Numbers the distinct rows of the bags in order of appearance; returns how many there are. */
  private collect({ offsets, indices }: Bags): number {
    const end = offsets.at(-1)!;
    if (this.used.length < end) this.used = new Int32Array(end);
    let count = 0;
    for (let entry = 0; entry < end; entry++) {
      const row = indices[entry]!;
      if (this.places[row] !== 0) continue;
      this.used[count++] = row;
      this.places[row] = count;
    }
    return count;
  }

  /** Sums the gradients at an address into one row per distinct row of the table; returns their address. */
  private accumulate({ offsets, indices, weights }: Bags, gradients: number, count: number): number {
    const { memory, places, rowBytes, dim } = this;
    const bags = offsets.length - 1;
    const sums = this.scratch(bags, count);
    memory.floats(sums, count * dim).fill(0);
    for (let bag = 0; bag < bags; bag++) {
      const from = gradients + bag * rowBytes;
      for (let entry = offsets[bag]!; entry < offsets[bag + 1]!; entry++) {
        const to = sums + (places[indices[entry]!]! - 1) * rowBytes;
        memory.axpy(to, from, dim, weights ? weights[entry]! : 1);
      }
    }
    return sums;
  }
}

function checkOptions({ rows, dim, deviation = 0, optimizer: { kind } = { kind: 'adagrad' } }: BagTableOptions): void {
  requireCounts('parameter', { rows, dim });
  insist(Number.isFinite(deviation) && deviation >= 0, 'parameter', `deviation must be 0 or more, not ${deviation}.`);
  const known = kind === 'sgd' || kind === 'adagrad' || kind === 'adam';
  insist(known, 'parameter', `optimizer.kind must be sgd, adagrad or adam, not '${kind}'.`);
}
