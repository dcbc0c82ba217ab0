import { and, asc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import type { Queries } from '../platform/database/database.js';
import { predictions } from '../serving/tables.js';
import { products } from './tables.js';

/** A listing as a data set takes it. */
export interface Listing {
  id: string;
  title: string;
  description: string;
  /** Category code. */
  label: string | null;
  /** Hash of the main photo; its bytes lie in the blob store. */
  image: string | null;
}

const PAGE = 500;

/**
 * Everything that can be learnt from the shop: its products, then the predictions that people corrected or confirmed without
 * listing a product. Streamed in the order of their ids, so that the same catalogue gives the same data set.
 */
export async function* listings(db: Queries): AsyncIterable<Listing> {
  yield* paged((after) =>
    db
      .select({
        id: products.id,
        title: products.title,
        description: products.description,
        label: products.category,
        images: products.images,
      })
      .from(products)
      .where(and(isNull(products.deletedAt), gt(products.id, after)))
      .orderBy(asc(products.id))
      .limit(PAGE),
  );
  yield* paged((after) =>
    db
      .select({
        id: predictions.id,
        title: predictions.title,
        description: predictions.description,
        label: predictions.chosen,
        image: predictions.imageHash,
      })
      .from(predictions)
      .where(
        and(
          eq(predictions.task, 'classify'),
          isNotNull(predictions.chosen),
          isNull(predictions.productId),
          gt(predictions.id, after),
        ),
      )
      .orderBy(asc(predictions.id))
      .limit(PAGE),
  );
}

interface Row {
  id: string;
  title: string | null;
  description: string | null;
  label: string | null;
  image?: string | null;
  images?: string[];
}

async function* paged(read: (after: string) => Promise<Row[]>): AsyncIterable<Listing> {
  for (let after = '', rows = await read(after); rows.length; rows = await read(after)) {
    for (const { id, title, description, label, image, images } of rows)
      yield { id, title: title ?? '', description: description ?? '', label, image: images?.[0] ?? image ?? null };
    after = (rows.at(-1) as Row).id;
  }
}
