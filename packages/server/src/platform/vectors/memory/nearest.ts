import type { VectorRows } from '../rows/vector-rows.js';
import { byScoreThenId, type VectorHit } from '../vector-index.js';

/** The best of the rows it is shown, compared one by one. */
export class Nearest {
  /** In order, the best first. */
  readonly hits: VectorHit[] = [];
  readonly #vectors: Float32Array;
  /** What a row must reach to be looked at. */
  #least = -Infinity;

  constructor(
    private readonly rows: VectorRows,
    private readonly query: Float32Array,
    private readonly limit: number,
  ) {
    this.#vectors = rows.vectors;
  }

  /** The rows from `start` to before `end`, those that pass. */
  range(start: number, end: number, passes?: (row: number) => boolean): this {
    for (let row = start; row < end; row++) if (!passes || passes(row)) this.#see(row);
    return this;
  }

  list(rows: Iterable<number>): this {
    for (const row of rows) this.#see(row);
    return this;
  }

  #see(row: number): void {
    const score = cosine(this.query, this.#vectors, row * this.query.length);
    if (score < this.#least) return;
    const { hits } = this;
    const hit = { id: this.rows.idOf(row), score };
    let place = hits.length;
    while (place > 0 && byScoreThenId(hit, hits[place - 1] as VectorHit) < 0) place--;
    if (place === this.limit) return;
    hits.splice(place, 0, hit);
    if (hits.length > this.limit) hits.pop();
    if (hits.length === this.limit) this.#least = (hits.at(-1) as VectorHit).score;
  }
}

/** Of two unit vectors: `one`, and the one that begins at `start`. Four sums, so that none waits for another. */
function cosine(one: Float32Array, others: Float32Array, start: number): number {
  const { length } = one;
  const whole = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let index = 0;
  for (let at = start; index < whole; index += 4, at += 4) {
    a += (one[index] as number) * (others[at] as number);
    b += (one[index + 1] as number) * (others[at + 1] as number);
    c += (one[index + 2] as number) * (others[at + 2] as number);
    d += (one[index + 3] as number) * (others[at + 3] as number);
  }
  for (; index < length; index++) a += (one[index] as number) * (others[start + index] as number);
  return Math.max(-1, Math.min(1, a + b + c + d));
}
