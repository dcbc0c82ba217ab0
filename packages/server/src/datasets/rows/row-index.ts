import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ROWS_FILE, type SnapshotRow, type Split } from '@vitrine/models';

const SPLITS: Split[] = ['train', 'validation', 'test'];

/** Where each row of a snapshot stands in its file, with its label and split: 17 bytes a row, so that pages are read directly. */
export class RowIndex {
  private constructor(
    readonly path: string,
    /** Offset of each line, and of the end. */
    readonly offsets: Float64Array,
    readonly labels: Int32Array,
    readonly splits: Uint8Array,
    readonly codes: Map<string, number>,
  ) {}

  static async build(directory: string, rows: number): Promise<RowIndex> {
    const path = join(directory, ROWS_FILE);
    const offsets = new Float64Array(rows + 1);
    const labels = new Int32Array(rows).fill(-1);
    const splits = new Uint8Array(rows);
    const codes = new Map<string, number>();
    let index = 0;
    for await (const { line, end } of lines(path)) {
      const { label, split } = JSON.parse(line) as SnapshotRow;
      if (label !== undefined) {
        if (!codes.has(label)) codes.set(label, codes.size);
        labels[index] = codes.get(label)!;
      }
      splits[index] = SPLITS.indexOf(split);
      offsets[++index] = end;
    }
    return new RowIndex(path, offsets, labels, splits, codes);
  }

  /** Numbers of the rows with this label and split, a page of them, and how many there are. */
  page(
    { label, split }: { label?: string | undefined; split?: Split | undefined },
    from: number,
    limit: number,
  ): { rows: number[]; total: number } {
    const count = this.splits.length;
    if (label === undefined && split === undefined) {
      const length = Math.max(0, Math.min(limit, count - from));
      return { rows: Array.from({ length }, (_, index) => from + index), total: count };
    }
    const wantedLabel = label === undefined ? undefined : this.codes.get(label);
    const wantedSplit = split === undefined ? undefined : SPLITS.indexOf(split);
    if (label !== undefined && wantedLabel === undefined) return { rows: [], total: 0 };
    const rows: number[] = [];
    let total = 0;
    for (let row = 0; row < count; row++) {
      if (wantedLabel !== undefined && this.labels[row] !== wantedLabel) continue;
      if (wantedSplit !== undefined && this.splits[row] !== wantedSplit) continue;
      if (total >= from && rows.length < limit) rows.push(row);
      total++;
    }
    return { rows, total };
  }

  async read(rows: number[]): Promise<SnapshotRow[]> {
    const file = await open(this.path, 'r');
    try {
      return await Promise.all(
        rows.map(async (row) => {
          const length = this.offsets[row + 1]! - this.offsets[row]!;
          const { buffer } = await file.read(Buffer.alloc(length), 0, length, this.offsets[row]!);
          return JSON.parse(buffer.toString('utf8')) as SnapshotRow;
        }),
      );
    } finally {
      await file.close();
    }
  }
}

async function* lines(path: string): AsyncGenerator<{ line: string; end: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let end = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
      end += at + 1 - start;
      yield { line: bytes.toString('utf8', start, at), end };
      start = at + 1;
    }
    rest = bytes.subarray(start);
  }
}
