import { basename, dirname } from 'node:path';
import type { Example, ReadRow } from '@vitrine/models';
import { readCategoryNames } from './category-names.js';
import { cellProblems, cellText } from './cells.js';
import { type Columns, resolveColumns } from './columns.js';
import { isFolder, tableIn } from './main-file.js';
import { offerOf } from './offer.js';
import { type PictureFinder, pictureFinder } from './pictures.js';
import type { ReadOptions, RowSource } from './source.js';
import { openTable, type TableRow } from './table.js';

/**
 * A shop's own export: CSV, TSV, JSON Lines, a JSON array or Parquet, a product a row, pictures by path or URL. `path` is the
 * table, or a folder with one.
 * @throws DataError `data.file`, `data.columns`, `data.encoding`, `data.empty`, `data.parquet`
 */
export async function openProducts(path: string, options: ReadOptions): Promise<RowSource> {
  const file = (await isFolder(path)) ? await tableIn(path) : path;
  const table = await openTable(file, options);
  const columns = resolveColumns(table.columns, options.map);
  const names = options.names ? await readCategoryNames(options.names) : undefined;
  const pictures = pictureFinder([options.images ?? dirname(file)], options);
  return {
    async *rows() {
      const wanted = Object.values(columns.of);
      for await (const row of table.rows(wanted)) yield read(row, columns.of, pictures);
    },
    category: (code) => names?.get(code) ?? pathCategory(code),
    notes: [...(file === path ? [] : [`rows from ${basename(file)}`]), ...table.notes, ...columns.notes],
    fraction: table.fraction,
  };
}

function read(row: TableRow, of: Columns['of'], pictures: PictureFinder): ReadRow {
  if ('rejected' in row) return row;
  const cell = (field: keyof Columns['of']) => (of[field] === undefined ? undefined : row.cells[of[field]]);
  const [title, description, label, image] = (['title', 'description', 'label', 'image'] as const).map((field) =>
    cellText(cell(field)),
  );
  const id = cellText(cell('id'));
  if (of.id !== undefined && id === undefined)
    return {
      rejected: { row: row.row, id: null, code: 'row.id', reason: `The row has no id in column "${of.id}".` },
    };
  const { offer, problems: unread } = offerOf(cell);
  const problems = [...cellProblems([cell('title'), cell('description'), cell('label'), cell('id')]), ...unread];
  const example: Example = {
    row: row.row,
    id: id ?? String(row.row),
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(label ? { label } : {}),
    ...(image ? { picture: pictures(image) } : {}),
    ...(offer ? { offer } : {}),
    ...(problems.length > 0 ? { problems } : {}),
  };
  return { example };
}

/** Labels like `Clothing > Shirts` are places in a tree. */
function pathCategory(code: string): { name: string; parent: string } | undefined {
  const cut = code.lastIndexOf(' > ');
  return cut > 0 ? { name: code, parent: code.slice(0, cut) } : undefined;
}
