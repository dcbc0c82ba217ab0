import { categories } from '../catalogue/tables.js';
import type { Queries } from '../platform/database/database.js';

/** Which category lies below which. */
export class CategoryTree {
  private constructor(private readonly parents: ReadonlyMap<string, string | null>) {}

  static async read(db: Queries): Promise<CategoryTree> {
    const rows = await db.select({ code: categories.code, parent: categories.parent }).from(categories);
    return new CategoryTree(new Map(rows.map(({ code, parent }) => [code, parent])));
  }

  /** A category's code and those of all above it. */
  path(code: string | null): string[] {
    const path: string[] = [];
    for (let at = code; at !== null && !path.includes(at); at = this.parents.get(at) ?? null) path.push(at);
    return path;
  }

  /** Whether any category that both know lies elsewhere now. */
  differsFrom(other: CategoryTree): boolean {
    return [...this.parents].some(([code, parent]) => other.parents.has(code) && other.parents.get(code) !== parent);
  }
}
