import { join } from 'node:path';
import { type Manifest, openSnapshot, REJECTED_FILE, type ReportLine, type Split, VitrineError } from '@vitrine/models';
import { linesOf } from '@vitrine/models/lines';
import sharp from 'sharp';
import type { z } from 'zod';
import { renderPicture } from '../../platform/images/picture.js';
import type { rejectedSchema, rowSchema } from '../api.js';
import { RowIndex } from './row-index.js';

/** A snapshot as the database knows it. */
export interface Located {
  hash: string;
  directory: string;
  manifest: Manifest;
}

export interface Page {
  page: number;
  limit: number;
}

/** Indexes kept: the data sets people are looking at. */
const KEPT = 4;
/** Longest side of a row's picture as shown; a small one is enlarged without smoothing, its pixels are all there is. */
const SIDE = 640;
const ENLARGED = 4;

/** Reads pages of a snapshot's rows, pictures and rejected rows. */
export class Browser {
  readonly #indexes = new Map<string, Promise<RowIndex>>();

  async rows(
    { hash, directory, manifest }: Located,
    query: Page & { label?: string | undefined; split?: Split | undefined },
  ) {
    const index = await this.#index(hash, directory, manifest.rows);
    const { rows, total } = index.page(query, (query.page - 1) * query.limit, query.limit);
    const names = new Map(manifest.classes.map(({ code, name }) => [code, name]));
    const read = await index.read(rows);
    const items = read.map(
      ({ id, title, description, label, split, group, image }, at): z.infer<typeof rowSchema> => ({
        index: rows[at]!,
        id,
        title: title ?? null,
        description: description ?? null,
        label: label ?? null,
        labelName: label === undefined ? null : (names.get(label) ?? null),
        split,
        group,
        image: image !== undefined,
      }),
    );
    return { items, total, page: query.page, limit: query.limit };
  }

  /** @returns WebP @throws VitrineError `row.unknown`, `row.picture` (404) */
  async picture({ hash, directory, manifest }: Located, row: number): Promise<Buffer> {
    if (row >= manifest.rows)
      throw new VitrineError('row.unknown', `The data set has ${manifest.rows} rows; they count from 0.`, 404);
    const index = await this.#index(hash, directory, manifest.rows);
    const image = (await index.read([row]))[0]?.image;
    if (!image) throw new VitrineError('row.picture', 'This row has no picture.', 404);
    const snapshot = await openSnapshot(directory);
    try {
      const bytes = await snapshot.image(image);
      if (image.kind === 'encoded') return await renderPicture(bytes, SIDE);
      const { width = 1, height = 1 } = image;
      return await sharp(bytes, { raw: { width, height, channels: 1 } })
        .resize(width * ENLARGED, height * ENLARGED, { kernel: 'nearest' })
        .webp({ lossless: true })
        .toBuffer();
    } finally {
      await snapshot.close();
    }
  }

  /** Rows that the import refused. */
  async rejected({ directory, manifest }: Located, { page, limit }: Page) {
    const items: z.infer<typeof rejectedSchema>[] = [];
    let seen = 0;
    for await (const line of linesOf(join(directory, REJECTED_FILE))) {
      const { kept, ...rejection } = JSON.parse(line) as ReportLine;
      if (kept || seen++ < (page - 1) * limit) continue;
      items.push(rejection);
      if (items.length === limit) break;
    }
    return { items, total: manifest.rejected, page, limit };
  }

  #index(hash: string, directory: string, rows: number): Promise<RowIndex> {
    const index = this.#indexes.get(hash) ?? RowIndex.build(directory, rows);
    // The one used last goes last; the first is dropped.
    this.#indexes.delete(hash);
    this.#indexes.set(hash, index);
    index.catch(() => this.#indexes.delete(hash));
    if (this.#indexes.size > KEPT) this.#indexes.delete(this.#indexes.keys().next().value!);
    return index;
  }
}
