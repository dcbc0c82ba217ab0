const NONE = -1;

/** Which row each key of a graph stands for, and the other way round, while rows change places and go. */
export class GraphKeys {
  #rowOf: Int32Array;
  #keyOf: Int32Array;
  #given = 0;
  #live = 0;

  /** @param keyOf the key of each row, as `keysOf` gave them */
  constructor(keyOf = new Int32Array(0)) {
    this.#keyOf = keyOf.slice();
    for (const key of keyOf) this.#given = Math.max(this.#given, key + 1);
    this.#rowOf = new Int32Array(this.#given).fill(NONE);
    for (const [row, key] of keyOf.entries()) this.#rowOf[key] = row;
    this.#live = keyOf.length;
  }

  /** Keys that stand for a row. */
  get live(): number {
    return this.#live;
  }

  /** Keys given out, those of rows since gone included. */
  get given(): number {
    return this.#given;
  }

  get bytes(): number {
    return this.#rowOf.byteLength + this.#keyOf.byteLength;
  }

  has(row: number): boolean {
    return this.#key(row) !== NONE;
  }

  /** @returns undefined once the row is gone */
  rowOf(key: number): number | undefined {
    const row = this.#rowOf[key] ?? NONE;
    return row === NONE ? undefined : row;
  }

  /** The keys of the first rows, all of which have one. */
  keysOf(rows: number): Int32Array {
    return this.#keyOf.slice(0, rows);
  }

  /** Gives the row the next key; without a row, the key stands for none. */
  give(row: number | undefined): void {
    const key = this.#given++;
    this.#rowOf = withRoom(this.#rowOf, key);
    if (row === undefined) return;
    this.#set(row, key);
    this.#live++;
  }

  /** The row is about to go. */
  forget(row: number): void {
    const key = this.#key(row);
    if (key === NONE) return;
    this.#rowOf[key] = NONE;
    this.#set(row, NONE);
    this.#live--;
  }

  /** Two rows have changed places. */
  swap(one: number, other: number): void {
    const [first, second] = [this.#key(one), this.#key(other)];
    if (first === second) return;
    this.#set(one, second);
    this.#set(other, first);
  }

  #key(row: number): number {
    return this.#keyOf[row] ?? NONE;
  }

  #set(row: number, key: number): void {
    this.#keyOf = withRoom(this.#keyOf, row);
    this.#keyOf[row] = key;
    if (key !== NONE) this.#rowOf[key] = row;
  }
}

function withRoom(array: Int32Array, index: number): Int32Array {
  if (index < array.length) return array;
  const larger = new Int32Array(Math.ceil((index + 1) * 1.5)).fill(NONE, array.length);
  larger.set(array);
  return larger;
}
