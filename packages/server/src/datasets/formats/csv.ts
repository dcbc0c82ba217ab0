import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { DataError } from '@vitrine/models/errors';
import { CsvError, parse } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import type { Table, TableRow } from './table.js';
import type { TextFile } from './text-file.js';

/** A record longer than this comes from a quote that is never closed. */
const MAX_RECORD = 16 * 1024 * 1024;
/** Characters of the longest header, and the most columns that a table of products may have. */
export const MAX_HEADER = 1 << 20;
const MAX_COLUMNS = 10_000;
/** Control characters but for tabs and line ends, and which share of a sample of so many characters is no slip of a shop. */
const CONTROL = /[^\P{Cc}\t\r\n]/gu;
const [SAMPLE, MOST_CONTROL] = [4096, 0.05];
/** The line above the header by which Excel is told the delimiter. */
const SEPARATOR_LINE = /^"?sep=(.)"?\r?\n/i;
const READING = { relax_column_count: true, relax_quotes: true, skip_empty_lines: true } as const;
const DELIMITERS = [',', '\t', ';', '|'];

/**
 * Reads CSV or TSV: the first record names the columns, quotes as in RFC 4180, a stray quote inside a field is taken as
 * it is. A record with another number of fields than the header is rejected by itself, and so is one whose quote isn't
 * closed and runs on into the next rows: those are read.
 * @throws DataError `data.empty` without a header, `data.csv` (while reading) at a quote that is never closed
 */
export function openCsv(path: string, text: TextFile, start: string, named: string | undefined): Table {
  const said = SEPARATOR_LINE.exec(start);
  const delimiter = named === '\\t' || named === 'tab' ? '\t' : (named ?? said?.[1] ?? sniffDelimiter(start));
  const headerLine = said ? 2 : 1;
  const columns = headerOf(path, start.slice(said?.[0].length ?? 0), delimiter);
  let line = 0;
  return {
    columns,
    notes: delimiter === ',' ? [] : [`delimiter ${delimiter === '\t' ? 'tab' : delimiter}`],
    fraction: () => Math.min(1, line / Math.max(1, text.lines)),
    rows: () =>
      records(path, text, { columns, delimiter, headerLine }, (reached) => {
        line = reached;
      }),
  };
}

async function* records(
  path: string,
  text: TextFile,
  { columns, delimiter, headerLine }: { columns: string[]; delimiter: string; headerLine: number },
  onLine: (line: number) => void,
): AsyncGenerator<TableRow> {
  const input = Readable.from(text.chunks());
  const parser = parse({
    delimiter,
    info: true,
    raw: true,
    ...READING,
    max_record_size: MAX_RECORD,
    from: headerLine + 1,
  });
  input.on('error', (error) => parser.destroy(error));
  let row = 0;
  let line = headerLine;
  try {
    for await (const { record, info, raw } of input.pipe(parser) as AsyncIterable<{
      record: string[];
      info: { lines: number };
      raw: string;
    }>) {
      const swallowed = info.lines - line > 1 ? swallowedBy(raw, columns.length, delimiter) : [];
      if (swallowed.length === 0) yield rowOf(++row, record, columns, linesOf(line + 1, info.lines));
      else {
        yield { rejected: { row: ++row, id: record[0] || null, code: 'row.quote', reason: openQuote(line + 1) } };
        for (const each of swallowed) yield rowOf(++row, each, columns, linesOf(line + 2, info.lines));
      }
      line = info.lines;
      onLine(line);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new DataError(
      'data.csv',
      `${basename(path)} can't be read after line ${line}: a quote that opens in line ${line + 1} or below is never closed, or the delimiter isn't "${delimiter}". Mend that row or name the delimiter.`,
      cause.message,
    );
  } finally {
    input.destroy();
  }
}

function linesOf(first: number, last: number): string {
  return last > first ? `lines ${first} to ${last}` : `line ${last}`;
}

function openQuote(line: number): string {
  return `A quote opens in line ${line} and isn't closed there: close it, or write it twice.`;
}

/**
 * The rows that a quote left open has taken into its own: a field over several lines holds a quote that is not doubled, and
 * what stands below its first line are whole rows.
 */
function swallowedBy(raw: string, width: number, delimiter: string): string[][] {
  const at = /[^\r\n]\r?\n/.exec(raw);
  if (!at || width < 2 || !/\n./.test(withoutQuoted(raw.trim(), delimiter))) return [];
  const rest = raw.slice(at.index + at[0].length);
  try {
    const rows = parseText(rest, { ...READING, delimiter });
    return rows.every(({ length }) => length === width) ? rows : [];
  } catch {
    return [];
  }
}

/** A record's text without the fields that are quoted as they should be. */
function withoutQuoted(raw: string, delimiter: string): string {
  const separator = delimiter.replace(/[^\w\t]/g, '\\$&');
  return raw.replace(new RegExp(`(^|${separator}|\\n)"(?:[^"]|"")*"(?=${separator}|\\r?\\n|$)`, 'g'), '$1');
}

function rowOf(row: number, record: string[], columns: string[], where: string): TableRow {
  const surplus = record.slice(columns.length);
  if (record.length < columns.length || surplus.some((field) => field !== '')) {
    const id = record[0] || null;
    const reason = `The row (${where}) has ${record.length} fields where the header has ${columns.length}.`;
    return { rejected: { row, id, code: 'row.ragged', reason } };
  }
  return { row, cells: Object.fromEntries(columns.map((column, index) => [column, record[index]!])) };
}

function headerOf(path: string, start: string, delimiter: string): string[] {
  requireHeader(path, start.trimStart());
  const parser = parse({ ...READING, delimiter, to: 1 });
  let header: string[] | undefined;
  parser.on('readable', () => {
    header ??= parser.read() as string[] | undefined;
  });
  parser.on('error', () => undefined);
  parser.write(start);
  parser.end();
  header ??= (parser.read() as string[] | null) ?? undefined;
  if (!header)
    throw new DataError('data.empty', `${basename(path)} is empty: export it again with a header line and rows.`);
  const names = header.map((name) => name.trim());
  if (names.length > MAX_COLUMNS)
    throw new DataError(
      'data.columns',
      `${basename(path)} has ${names.length} columns; at most ${MAX_COLUMNS} are read. Export only those of a product’s listing.`,
    );
  const seen = new Set<string>();
  const twice = names.find((name) => name !== '' && (seen.has(name) || !seen.add(name)));
  if (twice !== undefined)
    throw new DataError('data.columns', `Two columns of ${basename(path)} are named "${twice}": rename one of them.`);
  return names;
}

/** @throws DataError `data.unreadable` where the file is no text, or its first line can't name columns */
function requireHeader(path: string, start: string): void {
  const [line] = /^[^\r\n]*/.exec(start)!;
  const sample = start.slice(0, SAMPLE);
  const isText =
    line.search(CONTROL) < 0 && (sample.match(CONTROL)?.length ?? 0) <= Math.max(8, MOST_CONTROL * sample.length);
  const wrong = !isText
    ? 'holds bytes that are no text'
    : line.length > MAX_HEADER
      ? `has no header: its first line goes on for over ${MAX_HEADER >> 20} MB`
      : undefined;
  if (wrong)
    throw new DataError(
      'data.unreadable',
      `${basename(path)} ${wrong}. Export the products as CSV: the columns’ names in the first line, then a line for each product.`,
    );
}

/** The candidate that the header line holds most of, outside quotes. */
function sniffDelimiter(start: string): string {
  const header = /^[^\r\n]*/.exec(start.trimStart())![0].replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? ',' : DELIMITERS[counts.indexOf(most)]!;
}
