/** Rows of a sparse matrix (CSR). Each row's word features come first, then its character features. */
export interface SparseRows {
  /** [rows + 1]: row r holds entries offsets[r] to offsets[r + 1] − 1. */
  readonly offsets: Int32Array;
  /** [rows]: where the character features of a row begin. */
  readonly middles: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Collects rows of unknown length into shared memory, so that a worker thread reads the result without a copy. */
export class SparseRowsBuilder {
  private readonly offsets: Int32Array;
  private readonly middles: Int32Array;
  private indices = new Int32Array(1024);
  private values = new Float32Array(1024);
  private row = 0;
  private used = 0;

  constructor(rows: number) {
    this.offsets = new Int32Array(new SharedArrayBuffer(4 * (rows + 1)));
    this.middles = new Int32Array(new SharedArrayBuffer(4 * rows));
  }

  get length(): number {
    return this.used;
  }

  push(index: number, value: number): void {
    if (this.used === this.indices.length) this.grow();
    this.indices[this.used] = index;
    this.values[this.used++] = value;
  }

  /** Multiplies the entries from `start` on. */
  scale(start: number, factor: number): void {
    for (let i = start; i < this.used; i++) this.values[i] = this.values[i]! * factor;
  }

  endWords(): void {
    this.middles[this.row] = this.used;
  }

  endRow(): void {
    this.offsets[++this.row] = this.used;
  }

  finish(): SparseRows {
    const indices = new Int32Array(new SharedArrayBuffer(4 * this.used));
    const values = new Float32Array(new SharedArrayBuffer(4 * this.used));
    indices.set(this.indices.subarray(0, this.used));
    values.set(this.values.subarray(0, this.used));
    return { offsets: this.offsets, middles: this.middles, indices, values };
  }

  private grow(): void {
    const [indices, values] = [this.indices, this.values];
    this.indices = new Int32Array(2 * indices.length);
    this.values = new Float32Array(2 * values.length);
    this.indices.set(indices);
    this.values.set(values);
  }
}
