import type { ChangeLog, Cursor } from './change-log.js';

/** Products taken in at a time. */
const PAGE = 500;

/** What takes changes in. */
export interface Taker {
  /** The tree of categories changed. */
  categories(): Promise<void>;
  products(ids: readonly string[]): Promise<void>;
}

/** What the log told and was not taken in yet: the log tells it once, so what fails is kept for the next time. */
export class PendingChanges {
  readonly #products = new Set<string>();
  #categories = false;

  constructor(
    private readonly log: Pick<ChangeLog, 'read' | 'cursor'>,
    private readonly taker: Taker,
  ) {}

  /** Up to where all was taken in; undefined while something is pending. */
  get cursor(): Cursor | undefined {
    return this.#categories || this.#products.size ? undefined : this.log.cursor;
  }

  /** Has what changed since the last look taken in, with what failed then. */
  async take(): Promise<void> {
    const { products, categories } = await this.log.read();
    for (const id of products) this.#products.add(id);
    this.#categories ||= categories;
    // The tree first: products are filtered by it.
    if (this.#categories) await this.taker.categories();
    this.#categories = false;
    const ids = [...this.#products];
    for (let start = 0; start < ids.length; start += PAGE) {
      const page = ids.slice(start, start + PAGE);
      await this.taker.products(page);
      for (const id of page) this.#products.delete(id);
    }
  }
}
