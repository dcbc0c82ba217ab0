import { DataError } from '../errors.js';
import type { PackedImage, Split } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** A row of a snapshot that has a picture. */
export interface PictureRow {
  /** Its number in the snapshot. */
  readonly row: number;
  readonly image: PackedImage;
  readonly split: Split;
  readonly group: number;
  readonly title?: string;
  /** Category code; vectors are learnt without, and measured by it. */
  readonly label?: string;
}

export type LabelledRow = PictureRow & { readonly label: string };

/** The rows of a snapshot that have a picture. */
export async function readPictures(snapshot: Snapshot): Promise<PictureRow[]> {
  const rows: PictureRow[] = [];
  let row = 0;
  for await (const { image, split, group, title, label } of snapshot.rows()) {
    const texts = { ...(title === undefined ? {} : { title }), ...(label === undefined ? {} : { label }) };
    if (image) rows.push({ row, image, split, group, ...texts });
    row++;
  }
  return rows;
}

/** Fewest pictures to learn from, and to measure by. */
const FEWEST = { train: 8, validation: 2, test: 2 } as const;

/** @throws DataError `data.images` saying what is missing. */
export function requireSimilar(rows: readonly PictureRow[]): void {
  for (const split of ['train', 'validation', 'test'] as const) {
    const found = rows.filter((row) => row.split === split).length;
    if (found >= FEWEST[split]) continue;
    throw new DataError(
      'data.images',
      `Only ${found} rows of the ${split} split have a picture; at least ${FEWEST[split]} are needed. ` +
        'Import the data set with its images.',
    );
  }
}

/** Whether it can be measured by categories which pictures are alike: there are two at least in either split. */
export function hasCategories(rows: readonly PictureRow[]): boolean {
  return (['validation', 'test'] as const).every(
    (split) => new Set(labelledRows(rows, split).map(({ label }) => label)).size >= 2,
  );
}

/** Most rows that are measured: each is compared with each. */
const MEASURED = 2000;

/** Labelled rows of a split, evenly taken when there are many. */
export function labelledRows(rows: readonly PictureRow[], split: Split | 'all', most = MEASURED): LabelledRow[] {
  const all = rows.filter(
    (row): row is LabelledRow => row.label !== undefined && (split === 'all' || row.split === split),
  );
  return evenly(all, most);
}

/** At most so many of a list, evenly taken. */
export function evenly<T>(all: readonly T[], most: number): T[] {
  const every = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * every)]!);
}

/** Labels as numbers and groups of rows, as `retrievalMetrics` takes them; rows without a label are of one kind. */
export function truthOf(rows: readonly PictureRow[]): { labels: number[]; groups: number[] } {
  const numbers = new Map<string | undefined, number>();
  for (const { label } of rows) if (!numbers.has(label)) numbers.set(label, numbers.size);
  return { labels: rows.map(({ label }) => numbers.get(label)!), groups: rows.map(({ group }) => group) };
}
