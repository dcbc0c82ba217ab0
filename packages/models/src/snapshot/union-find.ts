/** Disjoint sets over 0 … size − 1, with path halving and union by size (Tarjan 1975). */
export class UnionFind {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, index) => index);
    this.#size = new Int32Array(size).fill(1);
  }

  find(item: number): number {
    const parent = this.#parent;
    let current = item;
    while (parent[current] !== current) {
      parent[current] = parent[parent[current]!]!;
      current = parent[current]!;
    }
    return current;
  }

  /** Joins two sets unless the joint one would exceed `limit` items. Returns whether they are one set afterwards. */
  union(left: number, right: number, limit = Number.POSITIVE_INFINITY): boolean {
    let a = this.find(left);
    let b = this.find(right);
    if (a === b) return true;
    const size = this.#size[a]! + this.#size[b]!;
    if (size > limit) return false;
    if (this.#size[a]! < this.#size[b]!) [a, b] = [b, a];
    this.#parent[b] = a;
    this.#size[a] = size;
    return true;
  }

  /** Consecutive set numbers in order of first appearance. */
  labels(): Int32Array {
    const numbers = new Map<number, number>();
    return this.#parent.map((_, item) => {
      const root = this.find(item);
      const known = numbers.get(root);
      if (known !== undefined) return known;
      numbers.set(root, numbers.size);
      return numbers.size - 1;
    });
  }
}
