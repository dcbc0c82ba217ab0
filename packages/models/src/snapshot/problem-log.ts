import { DataError } from '../errors.js';
import type { Rejection, ReportLine } from './example.js';
import type { HashedFile } from './files.js';
import type { Manifest } from './manifest.js';

const EXAMPLES = 5;

/** Writes every rejected or mended row to `rejected.jsonl` and counts them by kind. */
export class ProblemLog {
  rejections = 0;
  readonly #kinds = new Map<string, { message: string; count: number; examples: string[] }>();

  constructor(readonly file: HashedFile) {}

  async rejected(rejection: Rejection): Promise<void> {
    this.rejections++;
    await this.#write({ ...rejection, kept: false });
  }

  /** A row that came in, though something was mended or left out. */
  async kept(row: { row: number; id: string }, problem: { code: string; reason: string }): Promise<void> {
    await this.#write({ row: row.row, id: row.id, ...problem, kept: true });
  }

  /** The error of an import without a single usable row: names the commonest reason. */
  nothingLeft(): DataError {
    const [commonest] = this.summary().sort((a, b) => b.count - a.count);
    return new DataError(
      'data.empty',
      commonest
        ? `No row could be used: ${commonest.count} were refused, most often with "${commonest.message}" Check the format and the column mapping.`
        : 'The file holds no rows: export it again, or check that it is the right file.',
      this.summary(),
    );
  }

  summary(): NonNullable<Manifest['problems']> {
    return [...this.#kinds].map(([code, kind]) => ({ code, ...kind }));
  }

  async #write(line: ReportLine): Promise<void> {
    const known = this.#kinds.get(line.code);
    const name = line.id ?? `row ${line.row}`;
    if (!known) this.#kinds.set(line.code, { message: line.reason, count: 1, examples: [name] });
    else {
      known.count++;
      if (known.examples.length < EXAMPLES) known.examples.push(name);
    }
    await this.file.write(`${JSON.stringify(line)}\n`);
  }
}
