import type { VectorFilterValues } from '../vector-index.js';
import { FilterColumns } from './filter-columns.js';

const FIRST_CAPACITY = 256;

/** Vectors with their ids and filter values, in dense rows that move only to fill gaps. */
export class VectorRows {
  readonly filters = new FilterColumns();
  readonly #ids: string[] = [];
  readonly #rowOf = new Map<string, number>();
  #vectors: Float32Array;

  /** @param storage what the vectors are kept in as long as it has room */
  constructor(
    readonly dimension: number,
    storage: Float32Array = new Float32Array(0),
  ) {
    this.#vectors = storage;
    this.filters.resize(storage.length / dimension);
  }

  get size(): number {
    return this.#ids.length;
  }

  get bytes(): number {
    return this.#vectors.byteLength + this.filters.bytes;
  }

  /** All vectors, one after the other; another array once rows are added. */
  get vectors(): Float32Array {
    return this.#vectors.subarray(0, this.size * this.dimension);
  }

  rowOf(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  idOf(row: number): string {
    return this.#ids[row] as string;
  }

  ids(): string[] {
    return [...this.#ids];
  }

  vector(row: number): Float32Array {
    return this.#vectors.subarray(row * this.dimension, (row + 1) * this.dimension);
  }

  /** @returns the row that the new id got: the last one */
  add(id: string, vector: Float32Array, filter: VectorFilterValues): number {
    const row = this.#ids.push(id) - 1;
    if (this.#vectors.length < this.#ids.length * this.dimension) this.#grow();
    this.#rowOf.set(id, row);
    this.#vectors.set(vector, row * this.dimension);
    this.filters.set(row, filter);
    return row;
  }

  swap(one: number, other: number): void {
    if (one === other) return;
    const vector = this.vector(one).slice();
    const filter = this.filters.get(one);
    const id = this.idOf(one);
    this.#move(other, one);
    this.#put(other, id);
    this.vector(other).set(vector);
    this.filters.set(other, filter);
  }

  removeLast(): void {
    this.#rowOf.delete(this.#ids.pop() as string);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.idOf(from));
    this.vector(to).set(this.vector(from));
    this.filters.move(from, to);
  }

  #put(row: number, id: string): void {
    this.#ids[row] = id;
    this.#rowOf.set(id, row);
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, Math.ceil(this.#ids.length * 1.5));
    const larger = new Float32Array(capacity * this.dimension);
    larger.set(this.#vectors);
    this.#vectors = larger;
    this.filters.resize(capacity);
  }
}

export function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.every((value, index) => value === other[index]);
}
