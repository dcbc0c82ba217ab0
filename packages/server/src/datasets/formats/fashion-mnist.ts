import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Category, ReadRow } from '@vitrine/models';
import { DataError } from '@vitrine/models/errors';
import { readCategoryNames } from './category-names.js';
import { type IdxFile, openIdx } from './idx.js';
import { folderHolding, isFolder } from './main-file.js';
import type { ReadOptions, RowSource } from './source.js';

const FASHION = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];
/** The usual names of idx files, and others that say what they are. */
const IDX = /(ubyte|\.idx\d?)(\.gz)?$/i;
const IMAGES = /images[-.]idx3-ubyte(\.gz)?$/i;
/** Larger idx pictures are no idx pictures. */
const MAX_SIDE = 4096;

/**
 * Any pair of idx files: grey pictures (`…images-idx3-ubyte`) with labels (`…labels-idx1-ubyte`) beside them, packed or
 * not. `path` is the file of pictures or a folder with one pair. Ten classes get Fashion-MNIST's names,
 * unless the path speaks of another set or names are given.
 * @throws DataError `data.file`, `data.idx`, `data.labels`
 */
export async function openFashionMnist(path: string, options: ReadOptions): Promise<RowSource> {
  const file = await imagesFile(path);
  const images = await openIdx(file, options.signal);
  const [count, height, width] = images.dimensions;
  if (!count || !height || !width || height > MAX_SIDE || width > MAX_SIDE)
    throw new DataError('data.idx', `${basename(file)} holds no pictures: give the file named images-idx3-ubyte.`);
  const labelsFile = options.labels ?? (await labelsBeside(file, count));
  const labels = labelsFile ? await readLabels(labelsFile, count, file, options) : undefined;
  const names = options.names ? await readCategoryNames(options.names) : fashionNames(path, labels);
  let read = 0;
  return {
    async *rows() {
      for await (const row of rows(images, labels, { width, height })) {
        read++;
        yield row;
      }
    },
    category: (code) => names?.get(code),
    notes: [
      `${count} pictures of ${width} × ${height} from ${basename(file)}`,
      labelsFile ? `labels from ${basename(labelsFile)}` : 'no labels',
    ],
    fraction: () => read / count,
  };
}

async function* rows(
  images: IdxFile,
  labels: Buffer | undefined,
  shape: { width: number; height: number },
): AsyncGenerator<ReadRow> {
  let row = 0;
  for await (const bytes of images.items()) {
    const label = labels ? { label: String(labels[row]) } : {};
    row++;
    yield {
      example: { row, id: String(row), ...label, picture: { kind: 'gray8', bytes: Buffer.from(bytes), ...shape } },
    };
  }
}

async function imagesFile(path: string): Promise<string> {
  if (!(await isFolder(path))) return path;
  const folder = (await folderHolding(path, (names) => names.some((name) => IDX.test(name)))) ?? path;
  const named = (await readdir(folder)).filter((name) => IMAGES.test(name));
  const found = named.length > 0 ? named : await idxFiles(folder, ([, height, width]) => Boolean(height && width));
  if (found.length === 1) return join(folder, found[0]!);
  throw new DataError(
    'data.file',
    found.length === 0
      ? `${path} holds no images-idx3-ubyte file.`
      : `${path} holds ${found.join(' and ')}: name the file to import.`,
  );
}

/** By name, or where names tell nothing, the only labels for as many pictures. */
async function labelsBeside(file: string, count: number): Promise<string | undefined> {
  const name = basename(file);
  if (!IMAGES.test(name)) {
    const found = await idxFiles(dirname(file), (dimensions) => dimensions.length === 1 && dimensions[0] === count);
    return found.length === 1 ? join(dirname(file), found[0]!) : undefined;
  }
  const stem = name.replace(/images([-.])idx3(-ubyte)(\.gz)?$/i, 'labels$1idx1$2');
  for (const candidate of [stem, `${stem}.gz`]) {
    const path = join(dirname(file), candidate);
    if (await stat(path).catch(() => undefined)) return path;
  }
  return undefined;
}

/** Files of a folder that are idx by name or ending, with dimensions that pass. */
async function idxFiles(folder: string, passes: (dimensions: number[]) => boolean): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder)).filter((each) => IDX.test(each)).sort()) {
    const file = await openIdx(join(folder, name)).catch(() => undefined);
    if (file && passes(file.dimensions)) found.push(name);
  }
  return found;
}

async function readLabels(path: string, count: number, images: string, options: ReadOptions): Promise<Buffer> {
  const file = await openIdx(path, options.signal);
  if (file.dimensions.length !== 1 || file.dimensions[0] !== count)
    throw new DataError(
      'data.labels',
      `${basename(path)} holds ${file.dimensions[0]} labels, ${basename(images)} ${count} pictures: they don't belong together.`,
    );
  const labels: Buffer[] = [];
  for await (const label of file.items()) labels.push(label);
  return Buffer.concat(labels);
}

function fashionNames(path: string, labels: Buffer | undefined): Map<string, Category> | undefined {
  if (
    !labels ||
    labels.some((label) => label > 9) ||
    /(^|[^-_a-z])[a-z]?mnist|digit/i.test(path.replace(/fashion[-_ ]?mnist/gi, ''))
  )
    return undefined;
  return new Map(FASHION.map((name, code) => [String(code), { name }]));
}
