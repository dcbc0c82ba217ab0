import { basename } from 'node:path';
import { DataError } from '@vitrine/models/errors';
import type { Table, TableRow } from './table.js';
import type { TextFile } from './text-file.js';

/** A longer line is no row of a catalogue. */
export const MAX_LINE = 16 * 1024 * 1024;
/** Rows looked at for the names of columns, as rows may leave empty fields out. */
const SAMPLE = 200;

/** Reads JSON Lines: an object a line; values that are no text are written as JSON writes them. */
export async function openJsonLines(path: string, text: TextFile): Promise<Table> {
  const columns = await columnsIn(linesOf(path, text.chunks()));
  let row = 0;
  return {
    columns,
    notes: ['JSON Lines'],
    fraction: () => Math.min(1, row / Math.max(1, text.lines)),
    async *rows() {
      row = 0;
      for await (const line of linesOf(path, text.chunks())) yield rowOf(++row, line);
    },
  };
}

/** Names of the fields of the first objects. */
export async function columnsIn(objects: AsyncIterable<string>): Promise<string[]> {
  const columns = new Set<string>();
  let sampled = 0;
  for await (const object of objects) {
    const row = rowOf(1, object);
    if ('cells' in row) for (const name of Object.keys(row.cells)) columns.add(name);
    if (++sampled === SAMPLE) break;
  }
  return [...columns];
}

/** An object's fields as cells, or why there are none. */
export function rowOf(row: number, line: string): TableRow {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
    return { row, cells: Object.fromEntries(Object.entries(value).map(([key, cell]) => [key, textOf(cell)])) };
  } catch {
    return { rejected: { row, id: null, code: 'row.json', reason: 'It is no JSON object.' } };
  }
}

/** A value of JSON as a cell. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

export function tooLong(path: string): DataError {
  return new DataError(
    'data.json',
    `A row of ${basename(path)} is over 16 MB: write one JSON object a line (JSON Lines).`,
  );
}

async function* linesOf(path: string, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE) throw tooLong(path);
    for (const line of lines) if (line.trim()) yield line;
  }
  if (rest.trim()) yield rest;
}
