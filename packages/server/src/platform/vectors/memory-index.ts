import { Nearest } from './nearest.js';
import {
  checkLimit,
  checkVector,
  type VectorBackend,
  type VectorEntry,
  type VectorFilterValues,
  type VectorHit,
  type VectorIndex,
  type VectorSearch,
} from './vector-index.js';
import { VectorRows } from './vector-rows.js';

/** An index in memory that compares what is asked with everything it holds. */
export class MemoryIndex implements VectorIndex {
  readonly backend: VectorBackend = 'exact';
  readonly stamp = undefined;
  readonly #rows: VectorRows;

  constructor(readonly dimension: number) {
    this.#rows = new VectorRows(dimension);
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#rows.bytes;
  }

  async upsert(entries: readonly VectorEntry[]): Promise<void> {
    for (const { vector } of entries) checkVector(vector, this.dimension);
    for (const { id, vector, filter = {} } of entries) {
      this.#remove(id);
      this.#rows.add(id, vector, filter);
    }
  }

  async refilter(changes: readonly { id: string; filter: VectorFilterValues }[]): Promise<void> {
    for (const { id, filter } of changes) {
      const row = this.#rows.rowOf(id);
      if (row !== undefined) this.#rows.filters.set(row, filter);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#remove(id);
  }

  async has(id: string): Promise<boolean> {
    return this.#rows.rowOf(id) !== undefined;
  }

  async ids(): Promise<string[]> {
    return this.#rows.ids();
  }

  async search(vector: Float32Array, { limit, where }: VectorSearch): Promise<VectorHit[]> {
    checkVector(vector, this.dimension);
    checkLimit(limit);
    const rows = this.#rows;
    const nearest = new Nearest(rows, vector, limit);
    return (where ? nearest.list(rows.filters.passing(where, rows.size)) : nearest.range(0, rows.size)).hits;
  }

  async save(): Promise<void> {}

  async close(): Promise<void> {}

  #remove(id: string): void {
    const row = this.#rows.rowOf(id);
    if (row === undefined) return;
    this.#rows.swap(row, this.#rows.size - 1);
    this.#rows.removeLast();
  }
}
