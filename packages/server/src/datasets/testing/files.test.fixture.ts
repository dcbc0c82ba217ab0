import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Example, Rejection } from '@vitrine/models';
import type { RowSource } from '../formats/source.js';

/** A folder for a test's files. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'vitrine-data-'));

  /** Writes a file, folders included, and returns its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export async function readAll(source: RowSource): Promise<{ examples: Example[]; rejected: Rejection[] }> {
  const examples: Example[] = [];
  const rejected: Rejection[] = [];
  for await (const row of source.rows())
    if ('example' in row) examples.push(row.example);
    else rejected.push(row.rejected);
  return { examples, rejected };
}

/** The bytes of an example's picture, or the code of the error that loading it gave. */
export async function pictureOf({ picture }: Example): Promise<string | Buffer | undefined> {
  if (picture?.kind !== 'encoded') return picture?.bytes;
  return picture.load().catch((error: { code: string }) => error.code);
}

/** An idx file: header with the dimensions, then the bytes. */
export function idx(dimensions: number[], bytes: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header[2] = 8;
  header[3] = dimensions.length;
  for (const [index, dimension] of dimensions.entries()) header.writeUInt32BE(dimension, 4 + 4 * index);
  return Buffer.concat([header, Buffer.from(bytes)]);
}
