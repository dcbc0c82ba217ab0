import { DataError } from '../errors.js';
import type { PackedImage, Split } from '../snapshot/manifest.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** A row of a snapshot that has a picture. */
export interface PictureRow {
  readonly image: PackedImage;
  readonly split: Split;
  readonly group: number;
  /** Category code; vectors are learnt without, and measured by it. */
  readonly label?: string;
}

export type LabelledRow = PictureRow & { readonly label: string };

/** The rows of a snapshot that have a picture. */
export async function readPictures(snapshot: Snapshot): Promise<PictureRow[]> {
  const rows: PictureRow[] = [];
  for await (const { image, split, group, label } of snapshot.rows())
    if (image) rows.push({ image, split, group, ...(label === undefined ? {} : { label }) });
  return rows;
}

const FEWEST = 8;

/** @throws DataError `data.images`, `data.classes` saying what is missing. */
export function requireSimilar(rows: readonly PictureRow[]): void {
  const training = rows.filter(({ split }) => split === 'train').length;
  if (training < FEWEST) {
    throw new DataError(
      'data.images',
      `Only ${training} training rows have a picture; at least ${FEWEST} are needed. Import the data set with its images.`,
    );
  }
  for (const split of ['validation', 'test'] as const) {
    const labelled = labelledRows(rows, split);
    if (new Set(labelled.map(({ label }) => label)).size < 2) {
      throw new DataError(
        'data.classes',
        `The pictures of the ${split} split are of fewer than two categories, so it can't be measured whether ` +
          'similar ones are found; import a data set with categories.',
      );
    }
  }
}

/** Most rows that are measured: each is compared with each. */
const MEASURED = 2000;

/** Labelled rows of a split, evenly taken when there are many. */
export function labelledRows(rows: readonly PictureRow[], split: Split | 'all', most = MEASURED): LabelledRow[] {
  const all = rows.filter(
    (row): row is LabelledRow => row.label !== undefined && (split === 'all' || row.split === split),
  );
  const every = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * every)]!);
}

/** Labels as numbers and groups of rows, as `retrievalMetrics` takes them. */
export function truthOf(rows: readonly LabelledRow[]): { labels: number[]; groups: number[] } {
  const numbers = new Map<string, number>();
  for (const { label } of rows) if (!numbers.has(label)) numbers.set(label, numbers.size);
  return { labels: rows.map(({ label }) => numbers.get(label)!), groups: rows.map(({ group }) => group) };
}
