import type { Category, ReadRow } from '@vitrine/models';

/** A data file opened for reading: its rows once, in order, with bounded memory. */
export interface RowSource {
  rows(): AsyncIterable<ReadRow>;
  /** Name and parent of a category code, where the data say. */
  category(code: string): Category | undefined;
  /** What was found out about the file: delimiter, encoding, which column was taken for what. */
  notes: string[];
  /** How much of the file was read, 0 … 1. */
  fraction(): number;
}

/** What a person may say about a file; whatever is left out is found out. */
export interface ReadOptions {
  /** Our field ← their column: `{ title: 'productDisplayName' }`; the other way round is understood too. */
  map?: Record<string, string> | undefined;
  /** Folder the pictures' paths are relative to; the file's own folder unless said. */
  images?: string | undefined;
  /** A second file with the labels. */
  labels?: string | undefined;
  /** JSON file of category names by code. */
  names?: string | undefined;
  delimiter?: string | undefined;
  encoding?: string | undefined;
  /** Pictures may be named by absolute paths: only where the person asking may read the server's disk anyway. */
  absolutePaths?: boolean | undefined;
  signal?: AbortSignal | undefined;
}
