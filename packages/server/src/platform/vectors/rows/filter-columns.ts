import type { VectorFilter, VectorFilterValues } from '../vector-index.js';

/** Filter values of the rows of an index, in columns. Rows are dense; the caller says which is the last. */
export class FilterColumns {
  /** Which of `paths` a row's categories are: there are far fewer of these than rows. */
  #path = new Uint32Array(0);
  /** NaN where unknown: it passes no comparison. */
  #price = new Float64Array(0);
  #inStock = new Uint8Array(0);
  readonly #paths: (readonly string[])[] = [];
  readonly #pathOf = new Map<string, number>();

  get bytes(): number {
    return this.#path.byteLength + this.#price.byteLength + this.#inStock.byteLength;
  }

  resize(capacity: number): void {
    this.#path = copied(this.#path, new Uint32Array(capacity));
    this.#price = copied(this.#price, new Float64Array(capacity));
    this.#inStock = copied(this.#inStock, new Uint8Array(capacity));
  }

  set(row: number, { categories = [], price, inStock = false }: VectorFilterValues): void {
    this.#path[row] = this.#internPath(categories);
    this.#price[row] = price ?? Number.NaN;
    this.#inStock[row] = Number(inStock);
  }

  get(row: number): Required<VectorFilterValues> {
    const price = this.#price[row] as number;
    return {
      categories: this.#paths[this.#path[row] as number] ?? [],
      price: Number.isNaN(price) ? null : price,
      inStock: this.#inStock[row] === 1,
    };
  }

  move(from: number, to: number): void {
    this.#path[to] = this.#path[from] as number;
    this.#price[to] = this.#price[from] as number;
    this.#inStock[to] = this.#inStock[from] as number;
  }

  /** Says of a row whether it passes, as things are now. */
  test({ category, minPrice = -Infinity, maxPrice = Infinity, inStock }: VectorFilter): (row: number) => boolean {
    const allowed = Uint8Array.from(this.#paths, (path) => Number(category === undefined || path.includes(category)));
    const anyPrice = minPrice === -Infinity && maxPrice === Infinity;
    return (row) => {
      if (!allowed[this.#path[row] as number]) return false;
      if (inStock !== undefined && (this.#inStock[row] === 1) !== inStock) return false;
      const price = this.#price[row] as number;
      return anyPrice || (price >= minPrice && price <= maxPrice);
    };
  }

  #internPath(categories: readonly string[]): number {
    const name = JSON.stringify(categories);
    const known = this.#pathOf.get(name);
    if (known !== undefined) return known;
    this.#pathOf.set(name, this.#paths.push([...categories]) - 1);
    return this.#paths.length - 1;
  }
}

function copied<T extends { set(from: T): void; subarray(start: number, end: number): T; length: number }>(
  from: T,
  to: T,
): T {
  to.set(from.subarray(0, to.length));
  return to;
}
