import { mkdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from '../errors.js';
import { linesOf } from '../lines.js';
import { contentHash } from './content-hash.js';
import type { ReadRow } from './example.js';
import { HashedFile, syncDirectory } from './files.js';
import { IMAGES_FILE, MANIFEST_FILE, type Manifest, ROWS_FILE, type Split } from './manifest.js';
import { readManifest } from './snapshot.js';
import { assignSplits, type Ratios, usualRatios } from './split.js';
import { STAGED_FILE, type Staged, stageRows } from './stage.js';

export interface Category {
  name: string;
  parent?: string;
}

export interface SnapshotOptions {
  name: string;
  format: string;
  /** Directory of this import alone; emptied first, gone afterwards, whatever happens. */
  temporary: string;
  /** Where the finished snapshot goes; on the same file system as `temporary`. */
  place(hash: string): string;
  /** Name and parent by category code, asked once all rows are read; a class without one is named by its code. */
  category?(code: string): Category | undefined;
  seed?: number | undefined;
  ratios?: Ratios | undefined;
  signal?: AbortSignal | undefined;
  onProgress?(progress: SnapshotProgress): void;
}

export interface SnapshotProgress {
  phase: 'reading' | 'grouping' | 'writing';
  rows: number;
}

export interface WrittenSnapshot {
  directory: string;
  manifest: Manifest;
}

/**
 * Writes an immutable snapshot of a stream of rows: pictures checked and stored once each, near-duplicates grouped,
 * groups dealt to train, validation and test. The same rows, seed and ratios give the same hash. It appears
 * whole or not at all: everything is written aside, flushed and renamed.
 * @throws DataError `data.empty` when no row can be used, `data.split`; VitrineError `storage.full`
 */
export async function writeSnapshot(rows: AsyncIterable<ReadRow>, options: SnapshotOptions): Promise<WrittenSnapshot> {
  const { temporary, signal } = options;
  const report = (phase: SnapshotProgress['phase'], count: number) => options.onProgress?.({ phase, rows: count });
  await rm(temporary, { recursive: true, force: true });
  try {
    await mkdir(temporary, { recursive: true });
    const staged = await stageRows(rows, temporary, { signal, onRows: (count) => report('reading', count) });
    report('grouping', staged.ids.length);
    const { seed = 0, ratios = usualRatios(staged.ids.length) } = options;
    const splits = assignSplits(staged.ids, staged.groups, staged.labels, ratios, seed);
    report('writing', staged.ids.length);
    const file = await writeRows(temporary, staged, splits, signal);
    if (!staged.images) await unlink(join(temporary, IMAGES_FILE));
    const manifest = manifestOf(staged, splits, file, { ...options, seed, ratios });
    await writeManifest(temporary, manifest);
    return await publish(temporary, options.place(manifest.hash), manifest);
  } catch (error) {
    throw diskError(error, 'free some space and import again; nothing of this import was kept.');
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Second pass: every staged row gets its split and group. */
async function writeRows(directory: string, { groups }: Staged, splits: Split[], signal: AbortSignal | undefined) {
  const file = await HashedFile.create(join(directory, ROWS_FILE));
  try {
    let index = 0;
    for await (const line of linesOf(join(directory, STAGED_FILE))) {
      signal?.throwIfAborted();
      await file.write(`${line.slice(0, -1)},"split":"${splits[index]}","group":${groups[index]}}\n`);
      index++;
    }
    await unlink(join(directory, STAGED_FILE));
    return await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

function manifestOf(
  staged: Staged,
  splits: Split[],
  rows: Manifest['files']['rows'],
  { name, format, category, seed, ratios }: SnapshotOptions & { seed: number; ratios: Ratios },
): Manifest {
  const classes = classesOf(staged, category);
  const split: Manifest['split'] = { seed, ratios };
  const images = staged.images;
  const counts = { train: 0, validation: 0, test: 0 };
  for (const each of splits) counts[each]++;
  const files = { rows, ...(images ? { images } : {}) };
  return {
    version: 1,
    hash: contentHash({ files, classes, split }),
    name,
    format,
    rows: staged.ids.length,
    rejected: staged.rejected,
    splits: counts,
    fields: staged.fields,
    classes,
    split,
    files,
    problems: staged.problems,
  };
}

function classesOf({ codes, labels }: Staged, category: SnapshotOptions['category']): Manifest['classes'] {
  const rows = new Array<number>(codes.length).fill(0);
  for (const label of labels) if (label >= 0) rows[label]!++;
  return codes
    .map((code, index) => {
      const { name = code, parent } = category?.(code) ?? {};
      return { code, name, ...(parent ? { parent } : {}), rows: rows[index]! };
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const file = await HashedFile.create(join(directory, MANIFEST_FILE));
  await file.write(`${JSON.stringify(manifest, null, 2)}\n`);
  await file.finish();
}

/** What stands at the place already has the same hash and may be in use: it stays. */
async function publish(temporary: string, directory: string, manifest: Manifest): Promise<WrittenSnapshot> {
  const present = await readManifest(directory).catch(() => undefined);
  if (present?.hash === manifest.hash) return { directory, manifest: present };
  await mkdir(dirname(directory), { recursive: true });
  await syncDirectory(temporary);
  await rm(directory, { recursive: true, force: true });
  await rename(temporary, directory);
  await syncDirectory(dirname(directory));
  return { directory, manifest };
}
