import { fold } from '../../catalogue/search-text.js';
import { categories } from '../../catalogue/tables.js';
import type { Queries } from '../../platform/database/database.js';
import { rowChunks } from '../../platform/database/row-chunks.js';

const slug = (name: string) =>
  fold(name)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'other';

/** The code of a category path: `Women › Dresses` → `women/dresses`. */
export function categoryCode(path: readonly string[]): string | null {
  return path.length ? path.map(slug).join('/').slice(0, 200) : null;
}

/** Makes the categories of these paths that are not there yet, parents first. */
export async function putCategories(db: Queries, paths: readonly (readonly string[])[]): Promise<void> {
  const rows = new Map<string, { code: string; name: string; parent: string | null }>();
  for (const path of paths)
    for (let length = 1; length <= path.length; length++) {
      const part = path.slice(0, length);
      const code = categoryCode(part) ?? '';
      const parent = categoryCode(part.slice(0, -1));
      // A path that is too long ends where its code does.
      if (code !== parent) rows.set(code, { code, name: part.at(-1)?.slice(0, 200) ?? code, parent });
    }
  for (const chunk of rowChunks([...rows.values()])) await db.insert(categories).values(chunk).onConflictDoNothing();
}
