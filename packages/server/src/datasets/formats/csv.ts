import { Readable } from 'node:stream';
import { DataError } from '@vitrine/models';
import { CsvError, parse } from 'csv-parse';
import type { Table, TableRow } from './table.js';
import type { TextFile } from './text-file.js';

/** A record longer than this comes from a quote that is never closed. */
const MAX_RECORD = 16 * 1024 * 1024;
const DELIMITERS = [',', '\t', ';', '|'];

/**
 * Reads CSV or TSV: the first record names the columns, quotes as in RFC 4180, a stray quote inside a field is taken as
 * it is. A record with another number of fields than the header is rejected by itself.
 * @throws DataError `data.empty` without a header, `data.csv` (while reading) at a quote that is never closed
 */
export function openCsv(path: string, text: TextFile, start: string, named: string | undefined): Table {
  const delimiter = named === '\\t' || named === 'tab' ? '\t' : (named ?? sniffDelimiter(start));
  const columns = headerOf(path, start, delimiter);
  let line = 0;
  return {
    columns,
    notes: delimiter === ',' ? [] : [`delimiter ${delimiter === '\t' ? 'tab' : delimiter}`],
    fraction: () => Math.min(1, line / Math.max(1, text.lines)),
    rows: () =>
      records(path, text, columns, delimiter, (reached) => {
        line = reached;
      }),
  };
}

async function* records(
  path: string,
  text: TextFile,
  columns: string[],
  delimiter: string,
  onLine: (line: number) => void,
): AsyncGenerator<TableRow> {
  const input = Readable.from(text.chunks());
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    from: 2,
  });
  input.on('error', (error) => parser.destroy(error));
  let row = 0;
  let line = 1;
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield rowOf(
        ++row,
        record,
        columns,
        info.lines - line > 1 ? `lines ${line + 1} to ${info.lines}` : `line ${info.lines}`,
      );
      line = info.lines;
      onLine(line);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new DataError(
      'data.csv',
      `${path} can't be read after row ${row} (line ${line}): a quote that opens there is never closed, or the delimiter isn't "${delimiter}". Mend that row or name the delimiter.`,
      cause.message,
    );
  } finally {
    input.destroy();
  }
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
  const parser = parse({ delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, to: 1 });
  let header: string[] | undefined;
  parser.on('readable', () => {
    header ??= parser.read() as string[] | undefined;
  });
  parser.on('error', () => undefined);
  parser.write(start);
  parser.end();
  header ??= (parser.read() as string[] | null) ?? undefined;
  if (!header) throw new DataError('data.empty', `${path} is empty: export it again with a header line and rows.`);
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new DataError('data.columns', `Two columns of ${path} are named "${twice}": rename one of them.`);
  return names;
}

/** The candidate that the header line holds most of, outside quotes. */
function sniffDelimiter(start: string): string {
  const header = /^[^\r\n]*/.exec(start.trimStart())![0].replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? ',' : DELIMITERS[counts.indexOf(most)]!;
}
