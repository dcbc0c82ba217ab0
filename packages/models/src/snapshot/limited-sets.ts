import { UnionFind } from './union-find.js';

const EXAMPLES = 5;

/** Sets of rows that grow to a limit by resemblance, and what that keeps apart. */
export class LimitedSets {
  readonly #sets: UnionFind;
  /** 1 for a row that resembles one of another set. */
  readonly #apart: Uint8Array;
  readonly #examples: [number, number][] = [];

  constructor(
    size: number,
    private readonly limit: number,
  ) {
    this.#sets = new UnionFind(size);
    this.#apart = new Uint8Array(size);
  }

  /** Joins rows that are the same, however many there are. */
  joinCopies(left: number, right: number): void {
    this.#sets.union(left, right);
  }

  /** Joins rows that resemble each other, unless their set would exceed the limit. */
  join(left: number, right: number): void {
    if (this.#sets.union(left, right, this.limit)) return;
    // Sets only grow: what is too large once stays so.
    const isNew = !this.#apart[left] || !this.#apart[right];
    this.#apart[left] = 1;
    this.#apart[right] = 1;
    if (isNew && this.#examples.length < EXAMPLES) this.#examples.push([left, right]);
  }

  areJoined(left: number, right: number): boolean {
    return this.#sets.find(left) === this.#sets.find(right);
  }

  /** Consecutive set numbers in order of first appearance. */
  labels(): Int32Array {
    return this.#sets.labels();
  }

  /** How many rows resemble one of another set, and a few such pairs. */
  apart(): { rows: number; examples: [number, number][] } {
    return { rows: this.#apart.reduce((sum, mark) => sum + mark, 0), examples: this.#examples };
  }
}
