import { openSnapshot, type SnapshotRow } from '@vitrine/models';

/** From this share of common rows on, a model that learnt from one set knows the other's test split. */
const OVERLAP = 0.05;

/** What a row shows, apart from its place in a file. */
const contentOf = ({ title = '', description = '', image }: SnapshotRow) =>
  JSON.stringify([title, description, image?.sha256 ?? '']);

/** Whether a snapshot holds rows of another one's test split: a later version of the same data, a part of it, another split. */
export async function holdsTestRows(directory: string, testDirectory: string): Promise<boolean> {
  const [whole, tested] = [await openSnapshot(directory), await openSnapshot(testDirectory)];
  try {
    const known = new Set<string>();
    for await (const row of whole.rows()) known.add(contentOf(row));
    let rows = 0;
    let common = 0;
    for await (const row of tested.rows())
      if (row.split === 'test') {
        rows += 1;
        if (known.has(contentOf(row))) common += 1;
      }
    return common > OVERLAP * rows;
  } finally {
    await Promise.all([whole.close(), tested.close()]);
  }
}
