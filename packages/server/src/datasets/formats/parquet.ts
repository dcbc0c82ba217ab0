import { basename } from 'node:path';
import { DataError } from '@vitrine/models/errors';
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { textOf } from './json-lines.js';
import type { Table, TableRow } from './table.js';

/** What one row group may unfold to in memory, in bytes: a group is read as a whole. */
const MAX_GROUP = 2 ** 30;

/**
 * Reads a Parquet file, a row group at a time and only the columns asked for; values that are no text are written as JSON
 * writes them.
 * @throws DataError `data.parquet` when it is damaged, or a row group is too large to be held
 */
export async function openParquet(path: string): Promise<Table> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    throw damaged(path, cause);
  });
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const total = Number(metadata.num_rows);
  let row = 0;
  return {
    columns,
    notes: [`Parquet, ${metadata.row_groups.length} row groups`],
    fraction: () => row / Math.max(1, total),
    async *rows(wanted = columns): AsyncGenerator<TableRow> {
      row = 0;
      for (const group of metadata.row_groups) {
        checkSize(path, group, wanted);
        const [rowStart, rowEnd] = [row, row + Number(group.num_rows)];
        const options = { file, metadata, compressors, columns: [...wanted], rowStart, rowEnd };
        const rows = await parquetReadObjects(options).catch((cause: unknown) => {
          throw damaged(path, cause);
        });
        for (const values of rows) yield { row: ++row, cells: cellsOf(values) };
      }
    },
  };
}

function cellsOf(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cellOf(value)]));
}

function cellOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  return ArrayBuffer.isView(value) ? '' : textOf(value);
}

function checkSize(path: string, group: FileMetaData['row_groups'][number], wanted: readonly string[]): void {
  const bytes = group.columns
    .filter(({ meta_data: facts }) => wanted.includes(facts?.path_in_schema[0] ?? ''))
    .reduce((sum, { meta_data: facts }) => sum + Number(facts?.total_uncompressed_size ?? 0), 0);
  if (bytes > MAX_GROUP)
    throw new DataError(
      'data.parquet',
      `A row group of ${basename(path)} holds ${Math.round(bytes / 2 ** 20)} MB: write the file with smaller row groups.`,
    );
}

function damaged(path: string, cause: unknown): DataError {
  return new DataError(
    'data.parquet',
    `${basename(path)} is no whole Parquet file, or packed in a way that can't be read: export it again.`,
    String(cause),
  );
}
