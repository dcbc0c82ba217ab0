import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, MANIFEST_FILE, type Manifest, ROWS_FILE, type SnapshotRow } from '@vitrine/models';

const words: Record<string, string[]> = {
  shirts: ['shirt', 'collar', 'cotton', 'sleeve'],
  boots: ['boot', 'leather', 'sole', 'heel'],
  hats: ['hat', 'felt', 'brim', 'crown'],
  scarves: ['scarf', 'silk', 'fringe', 'wrap'],
  sandals: ['sandal', 'summer', 'open', 'strap'],
};

/** Writes a small snapshot of some classes: ten rows a class in train, two in validation and in test. */
export async function writeSnapshot(directory: string, classes = ['shirts', 'boots']): Promise<Manifest> {
  const chosen = Object.entries(words).filter(([label]) => classes.includes(label));
  const rows: SnapshotRow[] = chosen.flatMap(([label, vocabulary], classIndex) =>
    Array.from({ length: 14 }, (_, index) => ({
      id: `${label}-${index}`,
      title: `${vocabulary[index % 4]} ${vocabulary[(index + 1) % 4]} size ${index}`,
      label,
      split: index < 10 ? 'train' : index < 12 ? 'validation' : 'test',
      group: classIndex * 100 + index,
    })),
  );
  const bytes = Buffer.from(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content: Pick<Manifest, 'files' | 'classes' | 'split'> = {
    files: { rows: { sha256, bytes: bytes.length } },
    classes: classes.map((code) => ({ code, name: code.toUpperCase(), rows: 14 })),
    split: { seed: 1, ratios: [0.8, 0.1, 0.1] },
  };
  const manifest: Manifest = {
    version: 1,
    hash: contentHash(content),
    name: 'test',
    format: 'products',
    rows: rows.length,
    rejected: 0,
    splits: { train: 20, validation: 4, test: 4 },
    fields: { title: rows.length, description: 0, image: 0, label: rows.length },
    ...content,
  };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, ROWS_FILE), bytes);
  await writeFile(join(directory, MANIFEST_FILE), JSON.stringify(manifest));
  return manifest;
}
