import { join } from 'node:path';
import { VitrineError } from '../errors.js';
import type { Example, Picture, ReadRow, Rejection } from './example.js';
import { HashedFile } from './files.js';
import { type Grouped, Grouping } from './groups.js';
import { mapInOrder } from './in-order.js';
import { IMAGES_FILE, type Manifest, REJECTED_FILE, type SnapshotRow } from './manifest.js';
import { type LoadedPicture, loadPicture, PicturePack } from './picture-pack.js';
import { ProblemLog } from './problem-log.js';

export const STAGED_FILE = 'rows.staged';
/** Pictures read, fetched and checked at once. */
const PICTURES_AT_ONCE = 8;

/** What stays in memory of the rows: ids, labels, groups and counts. */
export interface Staged {
  ids: string[];
  /** Index into `codes` of each row; −1: unlabelled. */
  labels: Int32Array;
  codes: string[];
  groups: Int32Array;
  fields: Manifest['fields'];
  images: { sha256: string; bytes: number } | undefined;
  rejected: number;
  problems: NonNullable<Manifest['problems']>;
}

interface LoadedRow {
  example: Example;
  picture?: LoadedPicture;
  /** Why its picture is left out. */
  fault?: { code: string; reason: string };
}

/** First pass of a snapshot: pictures checked and packed, rows staged on disk without their split. */
export async function stageRows(
  rows: AsyncIterable<ReadRow>,
  directory: string,
  { signal, onRows }: { signal?: AbortSignal | undefined; onRows(rows: number): void },
): Promise<Staged> {
  const staging = await Staging.open(directory);
  try {
    let read = 0;
    for await (const row of mapInOrder(rows, PICTURES_AT_ONCE, load)) {
      signal?.throwIfAborted();
      await staging.add(row);
      if (++read % 500 === 0) onRows(read);
    }
    return await staging.finish();
  } catch (error) {
    await staging.abandon();
    throw error;
  }
}

function load(row: ReadRow): LoadedRow | Promise<LoadedRow> | { rejected: Rejection } {
  if ('rejected' in row) return row;
  const { example } = row;
  return example.picture ? loadWithFault(example, example.picture) : { example };
}

async function loadWithFault(example: Example, picture: Picture): Promise<LoadedRow> {
  try {
    return { example, picture: await loadPicture(picture) };
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
    return { example, fault: { code: error.code.replace(/^data\./, ''), reason: error.message } };
  }
}

class Staging {
  readonly #grouping = new Grouping();
  /** Row of each id, for the report on a second one. */
  readonly #seen = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #labels: number[] = [];
  readonly #fields = { title: 0, description: 0, image: 0, label: 0 };

  private constructor(
    readonly rows: HashedFile,
    readonly pack: PicturePack,
    readonly log: ProblemLog,
  ) {}

  static async open(directory: string): Promise<Staging> {
    const [rows, pack, log] = await Promise.all(
      [STAGED_FILE, IMAGES_FILE, REJECTED_FILE].map((name) => HashedFile.create(join(directory, name))),
    );
    return new Staging(rows!, new PicturePack(pack!), new ProblemLog(log!));
  }

  async add(row: LoadedRow | { rejected: Rejection }): Promise<void> {
    const rejection = 'rejected' in row ? row.rejected : this.#refusal(row);
    if (rejection) return this.log.rejected(rejection);
    const { example, picture, fault } = row as LoadedRow;
    for (const problem of example.problems ?? []) await this.log.kept(example, problem);
    if (fault) await this.log.kept(example, fault);
    const { id, title, description, label, offer } = example;
    const staged: Omit<SnapshotRow, 'split' | 'group'> = {
      id,
      ...(title ? { title } : {}),
      ...(description ? { description } : {}),
      ...(picture ? { image: await this.pack.add(picture) } : {}),
      ...(label ? { label } : {}),
      ...(offer ? { offer } : {}),
    };
    await this.rows.write(`${JSON.stringify(staged)}\n`);
    this.#seen.set(id, example.row);
    this.#ids.push(id);
    if (label && !this.#codes.has(label)) this.#codes.set(label, this.#codes.size);
    this.#labels.push(label ? this.#codes.get(label)! : -1);
    for (const field of ['title', 'description', 'image', 'label'] as const) if (staged[field]) this.#fields[field]++;
    this.#grouping.add({
      text: `${title ?? ''}\n${description ?? ''}`,
      ...(staged.image ? { picture: staged.image.sha256 } : {}),
      ...(picture?.fingerprint ? { fingerprint: picture.fingerprint } : {}),
    });
  }

  #refusal({ example, picture, fault }: LoadedRow): Rejection | undefined {
    const { row, id, title, description } = example;
    const first = this.#seen.get(id);
    if (first !== undefined)
      return {
        row,
        id,
        code: 'row.duplicate-id',
        reason: `The id ${id} came before, in row ${first}: ids must differ.`,
      };
    if (title || description || picture) return undefined;
    return fault
      ? { row, id, ...fault }
      : { row, id, code: 'row.empty', reason: 'The row has neither a title, a description nor a picture.' };
  }

  async finish(): Promise<Staged> {
    if (this.#ids.length === 0) throw this.log.nothingLeft();
    await this.rows.finish();
    await this.log.file.finish();
    const images = await this.pack.file.finish();
    const grouped = this.#grouping.groups();
    return {
      ids: this.#ids,
      labels: Int32Array.from(this.#labels),
      codes: [...this.#codes.keys()],
      groups: grouped.groups,
      fields: this.#fields,
      images: images.bytes > 0 ? images : undefined,
      rejected: this.log.rejections,
      problems: [...this.log.summary(), ...this.#keptApart(grouped)],
    };
  }

  /** Near-duplicates that no group could hold: they may be learnt from and measured on at once. */
  #keptApart({ limit, apart: { rows, examples } }: Grouped): Staged['problems'] {
    if (rows === 0) return [];
    const message = `Products nearly the same as others, too many for one group (${limit} at most): they may be in several splits, and measures better than the model. Leave out variants, or give them titles and pictures that differ.`;
    const pairs = examples.map((pair) => pair.map((row) => this.#ids[row]).join(', '));
    return [{ code: 'duplicate.apart', message, count: rows, examples: pairs }];
  }

  async abandon(): Promise<void> {
    await Promise.all([this.rows.abandon(), this.pack.file.abandon(), this.log.file.abandon()]);
  }
}
