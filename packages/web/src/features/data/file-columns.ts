/** As much of a file as its header needs. */
const HEAD = 1 << 16;
const DELIMITERS = [',', '\t', ';', '|'];
const TABLE = /\.(csv|tsv|txt)$/i;

/** Columns of a CSV file by its first line, or of JSON Lines by its first object; none for files that only the server can open. */
export async function columnsOf(file: File): Promise<string[]> {
  const start = (await file.slice(0, HEAD).text()).replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('{')) return fieldsOf(start.split('\n', 1)[0] ?? '');
  const [line = ''] = start.split(/\r?\n/, 1);
  return TABLE.test(file.name) && !/[\0\ufffd]/.test(line) ? cellsOf(line).filter((name) => name !== '') : [];
}

function fieldsOf(line: string): string[] {
  try {
    return Object.keys(JSON.parse(line) as Record<string, unknown>);
  } catch {
    return [];
  }
}

function cellsOf(line: string): string[] {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
  const cells = line.match(new RegExp(`("([^"]|"")*"|[^${delimiter}])+`, 'g')) ?? [];
  return cells.map((cell) => cell.trim().replace(/^"|"$/g, '').replaceAll('""', '"').trim());
}

const PHOTO = /\.(jpe?g|png|webp|gif|avif|tiff?)$/i;
/** What systems leave in folders. */
const LITTER = /^(\.|Thumbs\.db$)/i;

export interface Chosen {
  /** The table or archive. */
  file: File | null;
  photos: File[];
}

/** Parts what was dropped or chosen into the one file that holds the data, and photos; later choices add to earlier ones. */
export function sorted(files: readonly File[], before: Chosen): Chosen {
  const sound = files.filter(({ name }) => !LITTER.test(name));
  const photos = sound.filter(({ name }) => PHOTO.test(name));
  const [file = before.file] = sound.filter(({ name }) => !PHOTO.test(name));
  const names = new Set(photos.map(({ name }) => name));
  return { file, photos: [...before.photos.filter(({ name }) => !names.has(name)), ...photos] };
}

/** A name for the data set after the file's. */
export function nameAfter(file: File): string {
  const [stem = ''] = file.name.split('.');
  return stem
    .replace(/[^a-z0-9_-]+/gi, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 100);
}
