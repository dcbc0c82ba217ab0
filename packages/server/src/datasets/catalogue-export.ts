import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VitrineError } from '@vitrine/models';
import { and, asc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import { categories, products } from '../catalogue/tables.js';
import type { BlobStore } from '../platform/blobs/blob-store.js';
import type { Queries } from '../platform/database/database.js';
import { predictions } from '../serving/tables.js';

const PAGE = 500;
export const CATALOGUE_FILE = 'catalogue.jsonl';
export const CATEGORIES_FILE = 'categories.json';

interface ExportedRow {
  id: string;
  title: string | null;
  description: string | null;
  label: string | null;
  image: string | null;
}

/**
 * Writes the catalogue as a file of products, with photos and category names beside it: every product that is not
 * deleted, and every prediction that a person judged without listing it as a product.
 * @param folder is made; receives the files
 */
export async function exportCatalogue(
  db: Queries,
  blobs: BlobStore,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const tree = await db
    .select({ code: categories.code, name: categories.name, parent: categories.parent })
    .from(categories);
  const names = tree.map(({ code, name, parent }) => [code, { name, ...(parent === null ? {} : { parent }) }]);
  await writeFile(join(folder, CATEGORIES_FILE), JSON.stringify(Object.fromEntries(names)));
  async function* lines(): AsyncGenerator<string> {
    for await (const { image, ...row } of exportedRows(db)) {
      signal.throwIfAborted();
      const photo = image !== null && (await copyPhoto(blobs, image, folder));
      yield `${JSON.stringify({ ...row, image: photo ? join('images', image) : null })}\n`;
    }
  }
  await pipeline(lines, createWriteStream(join(folder, CATALOGUE_FILE)));
}

async function* exportedRows(db: Queries): AsyncGenerator<ExportedRow> {
  for (let last = ''; ; ) {
    const page = await db
      .select()
      .from(products)
      .where(and(isNull(products.deletedAt), gt(products.id, last)))
      .orderBy(asc(products.id))
      .limit(PAGE);
    for (const { id, title, description, category, images } of page)
      yield { id, title, description, label: category, image: images[0] ?? null };
    if (page.length < PAGE) break;
    last = page.at(-1)!.id;
  }
  yield* judgedPredictions(db);
}

/** Corrections of predictions that never became products. */
async function* judgedPredictions(db: Queries): AsyncGenerator<ExportedRow> {
  for (let last = ''; ; ) {
    const page = await db
      .select()
      .from(predictions)
      .where(
        and(
          isNotNull(predictions.chosen),
          isNull(predictions.productId),
          eq(predictions.task, 'classify'),
          gt(predictions.id, last),
        ),
      )
      .orderBy(asc(predictions.id))
      .limit(PAGE);
    for (const { id, title, description, chosen, imageHash } of page)
      yield { id: `prediction-${id}`, title, description, label: chosen, image: imageHash };
    if (page.length < PAGE) return;
    last = page.at(-1)!.id;
  }
}

async function copyPhoto(blobs: BlobStore, hash: string, folder: string): Promise<boolean> {
  try {
    await pipeline(await blobs.get(hash), createWriteStream(join(folder, 'images', hash)));
    return true;
  } catch (error) {
    if (error instanceof VitrineError && error.code === 'blob.unknown') return false;
    throw error;
  }
}
