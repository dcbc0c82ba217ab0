import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Category, Example, Picture } from '@vitrine/models';
import { DataError } from '@vitrine/models/errors';
import { readCategoryNames } from './category-names.js';
import { cellProblems, cellText } from './cells.js';
import { folderHolding, isFolder } from './main-file.js';
import { pictureFinder } from './pictures.js';
import type { ReadOptions, RowSource } from './source.js';
import { openTable, type Table } from './table.js';

/** Where the challenge's archives unpack their pictures to. */
const IMAGE_FOLDERS = ['images', 'images/image_train', 'images/image_test', 'image_train', 'image_test'];

const TABLE = /\.(csv|tsv)(\.gz)?$/i;

/**
 * The Rakuten France multimodal challenge's files: `X_*.csv` (designation, description, productid, imageid) with labels in
 * `Y_*.csv` (prdtypecode), or one file with `text` and `prdtypecode`; pictures
 * `image_<imageid>_product_<productid>.jpg`. `path` is the X file or its folder; labels, pictures and names
 * (`*category*.json`) are found beside it.
 * @throws DataError `data.file`, `data.columns`, `data.labels`, `data.names`
 */
export async function openRakuten(path: string, options: ReadOptions): Promise<RowSource> {
  const file = await mainFile(path);
  const folder = dirname(file);
  const beside = await readdir(folder);
  const table = await openTable(file, options);
  checkColumns(table, file);
  const labelsFile = options.labels ?? (table.columns.includes('prdtypecode') ? undefined : labelsBeside(file, beside));
  const labels = labelsFile ? await readLabels(labelsFile, options) : undefined;
  const namesFile = options.names ?? namesBeside(folder, beside);
  const names: Map<string, Category> = namesFile ? await readCategoryNames(namesFile) : new Map();
  const picture = await pictureOf(folder, table, options);
  return {
    async *rows() {
      for await (const row of table.rows()) {
        if ('rejected' in row) yield row;
        else yield { example: exampleOf(row, labels, picture) };
      }
    },
    category: (code) => names.get(code),
    notes: [
      ...table.notes,
      `rows from ${basename(file)}`,
      ...(labelsFile ? [`labels from ${basename(labelsFile)}`] : []),
      ...(namesFile ? [`category names from ${basename(namesFile)}`] : []),
    ],
    fraction: table.fraction,
  };
}

type Row = { row: number; cells: Record<string, string> };

function exampleOf(
  { row, cells }: Row,
  labels: Labels | undefined,
  picture: (cells: Row['cells']) => Picture | undefined,
): Example {
  const index = cellText(cells[indexOf(Object.keys(cells)) ?? '']);
  const title = cellText(cells.designation ?? cells.text);
  const description = cellText(cells.description);
  const label = codeOf(labels ? labels.of(index, row) : cells.prdtypecode);
  const found = picture(cells);
  const problems = cellProblems([cells.designation, cells.text, cells.description]);
  return {
    row,
    id: index ?? cellText(cells.productid) ?? String(row),
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(label ? { label } : {}),
    ...(found ? { picture: found } : {}),
    ...(problems.length > 0 ? { problems } : {}),
  };
}

/** Codes are whole numbers; a column with gaps comes out of some programs as `2280.0`. */
function codeOf(cell: string | undefined): string | undefined {
  return cellText(cell)?.replace(/^(\d+)\.0+$/, '$1');
}

async function mainFile(path: string): Promise<string> {
  if (!(await isFolder(path))) return path;
  const folder = (await folderHolding(path, (names) => names.some((name) => TABLE.test(name)))) ?? path;
  const tables = (await readdir(folder)).filter((name) => TABLE.test(name));
  for (const pattern of [/^x_.*train/i, /^x_/i, /train/i, /^(?!y_)/i]) {
    const found = tables.filter((name) => pattern.test(name));
    if (found.length === 1) return join(folder, found[0]!);
    if (found.length > 1)
      throw new DataError('data.file', `${path} holds ${found.join(' and ')}: name the file to import.`);
  }
  throw new DataError('data.file', `${path} holds no CSV file: name the X file or its folder.`);
}

function checkColumns({ columns }: Table, file: string): void {
  const known = ['designation', 'text', 'description', 'imageid'];
  if (known.some((column) => columns.includes(column))) return;
  throw new DataError(
    'data.columns',
    `${basename(file)} has neither designation nor text. It has: ${columns.map((name) => name || '(unnamed)').join(', ')}. Import it as format "products" with --map title=<column>.`,
    { columns },
  );
}

/** The column that numbers the rows: without a name, or as pandas reads and writes it. */
function indexOf(columns: string[]): string | undefined {
  return ['', 'Unnamed: 0', 'index'].find((name) => columns.includes(name));
}

/** `X_train_update.csv` goes with `Y_train_….csv`, `shop-x.csv` with `shop-y.csv`; never files of different splits. */
function labelsBeside(file: string, beside: string[]): string | undefined {
  const name = basename(file);
  const half = (letter: string) => new RegExp(`(^|[_-])${letter}[^a-z]`, 'i');
  if (!half('x').test(name)) return undefined;
  const splitOf = (each: string) => /train|test|val/i.exec(each)?.[0].toLowerCase();
  const [labels] = beside
    .filter((each) => TABLE.test(each) && half('y').test(each) && splitOf(each) === splitOf(name))
    .sort();
  return labels && join(dirname(file), labels);
}

function namesBeside(folder: string, beside: string[]): string | undefined {
  const found = beside.find((name) => /categor.*\.json$/i.test(name));
  return found && join(folder, found);
}

interface Labels {
  of(index: string | undefined, row: number): string | undefined;
}

async function readLabels(file: string, options: ReadOptions): Promise<Labels> {
  const table = await openTable(file, options);
  if (!table.columns.includes('prdtypecode'))
    throw new DataError(
      'data.labels',
      `${basename(file)} has no column prdtypecode. It has: ${table.columns.join(', ')}.`,
    );
  const index = indexOf(table.columns);
  const labels = new Map<string, string>();
  for await (const row of table.rows())
    if ('cells' in row) labels.set(index === undefined ? String(row.row) : row.cells[index]!, row.cells.prdtypecode!);
  return { of: (id, row) => labels.get(index !== undefined && id !== undefined ? id : String(row)) };
}

async function pictureOf(
  folder: string,
  { columns }: Table,
  options: ReadOptions,
): Promise<(cells: Record<string, string>) => Picture | undefined> {
  const folders = options.images ? [options.images] : IMAGE_FOLDERS.map((name) => join(folder, name));
  const present: string[] = [];
  for (const each of folders) if ((await stat(each).catch(() => undefined))?.isDirectory()) present.push(each);
  if (present.length === 0 || !columns.includes('imageid') || !columns.includes('productid')) return () => undefined;
  const find = pictureFinder(present, options);
  return ({ imageid, productid }) => {
    const [image, product] = [codeOf(imageid), codeOf(productid)];
    if (!image || !product) return undefined;
    return find(`image_${image}_product_${product}.jpg`);
  };
}
