import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@vitrine/models/errors';

/** How deep below the folder named a table may lie. */
const DEPTH = 4;
/** Kinds of tables; where a folder has several, the earlier kind is meant (a JSON beside a CSV holds names). */
const TABLES = [/\.(csv|tsv|jsonl|ndjson|parquet)(\.gz)?$/i, /\.json(\.gz)?$/i, /\.txt(\.gz)?$/i];

/** A path that must be there: is it a folder? @throws DataError `data.file` */
export async function isFolder(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts) throw new DataError('data.file', `There is no file or folder ${path}; check the path.`);
  return facts.isDirectory();
}

/** The table that a folder means: `products.*`, or the only one, as near to the top as there is any. @throws DataError `data.file` */
export async function tableIn(folder: string): Promise<string> {
  const at = await folderHolding(folder, (names) => TABLES.some((kind) => names.some((name) => kind.test(name))));
  const names = at === undefined ? [] : await readdir(at);
  for (const kind of TABLES) {
    const found = names.filter((name) => kind.test(name)).sort();
    const named = found.filter((name) => /^products?\./i.test(name));
    const [only, ...others] = named.length === 1 ? named : found;
    if (!only) continue;
    if (others.length === 0) return join(at!, only);
    throw new DataError(
      'data.file',
      `The data hold ${found.slice(0, 8).join(' and ')}: name the one to import, or call it products.`,
    );
  }
  throw new DataError('data.file', 'The data hold no table: CSV, JSON Lines, JSON or Parquet, in a folder or packed.');
}

/** The folder nearest to the top whose files pass; the first by name where several do. */
export async function folderHolding(folder: string, passes: (names: string[]) => boolean): Promise<string | undefined> {
  let level = [folder];
  for (let depth = 0; depth < DEPTH; depth++) {
    const below: string[] = [];
    for (const each of level) {
      const entries = await readdir(each, { withFileTypes: true });
      if (passes(entries.filter((entry) => entry.isFile()).map(({ name }) => name))) return each;
      below.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(each, name)));
    }
    level = below.sort();
  }
  return undefined;
}
