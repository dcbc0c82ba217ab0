import type { Rejection } from '@vitrine/models';
import { MAX_HEADER, openCsv } from './csv.js';
import { openJsonArray } from './json-array.js';
import { openJsonLines } from './json-lines.js';
import type { ReadOptions } from './source.js';
import { openBytes, openText } from './text-file.js';

/** A row by column name, or why it isn't one. Rows count from 1, below the header. */
export type TableRow = { row: number; cells: Record<string, string> } | { rejected: Rejection };

export interface Table {
  columns: string[];
  /** @param wanted the columns that will be looked at; others may be left out */
  rows(wanted?: readonly string[]): AsyncIterable<TableRow>;
  notes: string[];
  fraction(): number;
}

/** Opens CSV, TSV, JSON Lines or a JSON array, gzipped or not, in any usual encoding, or Parquet: told apart by what is in the file. */
export async function openTable(
  path: string,
  options: Pick<ReadOptions, 'delimiter' | 'encoding' | 'signal'>,
): Promise<Table> {
  if (await isParquet(path)) return (await import('./parquet.js')).openParquet(path);
  const text = await openText(path, options);
  const start = await startOf(text.chunks());
  const [sign] = start.trimStart();
  const table =
    sign === '{'
      ? await openJsonLines(path, text)
      : sign === '['
        ? await openJsonArray(path, text)
        : openCsv(path, text, start, options.delimiter);
  if (text.encoding !== 'utf-8') table.notes.unshift(`encoding ${text.encoding}`);
  return table;
}

/** By the letters that open and close a Parquet file. */
async function isParquet(path: string): Promise<boolean> {
  for await (const chunk of (await openBytes(path)).chunks()) return chunk.toString('latin1', 0, 4) === 'PAR1';
  return false;
}

/** The first 64k characters, and the whole first line where it is not longer than any header. */
async function startOf(chunks: AsyncIterable<string>): Promise<string> {
  let start = '';
  for await (const chunk of chunks) {
    start += chunk;
    if (start.length >= 65536 && (start.length > MAX_HEADER || start.trimStart().includes('\n'))) break;
  }
  return start;
}
