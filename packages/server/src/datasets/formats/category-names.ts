import { readFile } from 'node:fs/promises';
import type { Category } from '@vitrine/models';
import { DataError } from '@vitrine/models/errors';
import { z } from 'zod';

/** A name alone, or with the code of its parent. */
const entry = z.union([z.string(), z.object({ name: z.string(), parent: z.string().optional() })]);
const flat = z.record(z.string(), entry);
const byLanguage = z.record(z.string(), flat);

/**
 * Category names by code from a JSON file, `{ code: name }` or `{ language: { code: name } }` (English if there, else the
 * first); a name may be an object `{ name, parent }`. A name like `Books > Magazines` has the parent `Books`.
 * @throws DataError `data.names`
 */
export async function readCategoryNames(path: string): Promise<Map<string, Category>> {
  try {
    const json: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
    const names = flat.safeParse(json).data ?? english(byLanguage.parse(json));
    return new Map(Object.entries(names).map(([code, name]) => [code, categoryOf(name)]));
  } catch (cause) {
    throw new DataError(
      'data.names',
      `${path} holds no category names: write a JSON object of names by code, like {"10": "Books"}.`,
      String(cause),
    );
  }
}

function english(languages: Record<string, z.infer<typeof flat>>): z.infer<typeof flat> {
  const [first] = Object.values(languages);
  if (!first) throw new Error('empty');
  return languages.en ?? first;
}

function categoryOf(named: z.infer<typeof entry>): Category {
  if (typeof named !== 'string') return { name: named.name, ...(named.parent ? { parent: named.parent } : {}) };
  const name = named;
  const cut = name.lastIndexOf(' > ');
  return cut > 0 ? { name, parent: name.slice(0, cut) } : { name };
}
