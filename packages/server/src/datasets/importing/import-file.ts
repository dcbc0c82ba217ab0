import { type SnapshotProgress, type WrittenSnapshot, writeSnapshot } from '@vitrine/models';
import type { ImportOptions } from '../api.js';
import { type Format, openSource } from '../formats/open.js';

/** Everything an import needs to know; plain data, so that it can be handed to a worker. */
export interface ImportOrder {
  name: string;
  format: Format;
  /** What the data set says it came from: the format, or `catalogue`. */
  origin: string;
  /** File, or for some formats its folder. */
  path: string;
  options: ImportOptions;
  /** Scratch directory of this import alone. */
  temporary: string;
  /** Folder in which the snapshot appears under its hash. */
  snapshots: string;
  /** Whether the file may name pictures by absolute paths. */
  absolutePaths: boolean;
}

export interface ImportProgress extends SnapshotProgress {
  /** 0 … 1 of the whole import. */
  fraction: number;
}

export interface ImportHooks {
  signal?: AbortSignal | undefined;
  onProgress?(progress: ImportProgress): void;
  /** What was found out about the file. */
  onNotes?(notes: string[]): void;
}

/** Share of an import that reading takes; grouping and writing take the rest. */
const READING = 0.9;

/** Reads a data file into a snapshot. @throws DataError with what to do about the file */
export async function importFile(
  order: ImportOrder,
  { signal, onProgress, onNotes }: ImportHooks = {},
): Promise<WrittenSnapshot> {
  const { name, origin, format, path, options, temporary, absolutePaths } = order;
  const { map, images, labels, names, delimiter, encoding, seed, split } = options;
  const readOptions = { map, images, labels, names, delimiter, encoding, absolutePaths, signal };
  const source = await openSource(format, path, readOptions);
  onNotes?.(source.notes);
  return await writeSnapshot(source.rows(), {
    ...{ name, format: origin, temporary, seed, signal },
    ratios: split,
    category: source.category,
    place: (hash) => `${order.snapshots}/${hash}`,
    onProgress: (progress) => {
      const fraction = { reading: READING * source.fraction(), grouping: READING, writing: 0.96 }[progress.phase];
      onProgress?.({ ...progress, fraction });
    },
  });
}
