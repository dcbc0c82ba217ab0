import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { linesOf } from '@vitrine/models/lines';
import { z } from 'zod';
import { Graph, type GraphTuning } from '../graph/graph.js';
import { GraphKeys } from '../graph/graph-keys.js';
import { VectorRows } from '../rows/vector-rows.js';
import type { MemoryState } from './memory-index.js';

/** Vectors one after the other; a line of `rowSchema` for each; keys of the graph's rows; the graph. */
const files = { vectors: 'vectors.f32', rows: 'rows.jsonl', keys: 'keys.i32', graph: 'graph.usearch' };
const BATCH = 1000;
const READ = 1 << 24;

const headSchema = z.object({
  format: z.literal(1),
  dimension: z.number(),
  size: z.number(),
  stamp: z.string(),
  graph: z.object({ expansion: z.number(), recall: z.number(), largest: z.number() }).nullable(),
  /** CRC-32 of each file: a damaged graph would end the process. */
  sums: z.record(z.string(), z.number()),
});
const rowSchema = z.tuple([z.string(), z.array(z.string()), z.number().nullable(), z.boolean()]);

/** Writes an index into an empty directory; it must not change meanwhile. */
export async function writeIndex(directory: string, { rows, built, stamp = '' }: MemoryState): Promise<void> {
  const sums: Record<string, number> = {};
  const write = async (name: string, content: Iterable<Uint8Array | string>) => {
    sums[name] = 0;
    const summed = function* () {
      for (const part of content) {
        sums[name] = crc32(part, sums[name]);
        yield part;
      }
    };
    await pipeline(Readable.from(summed(), { objectMode: false }), createWriteStream(join(directory, name)));
  };
  await write(files.vectors, vectorParts(rows));
  await write(files.rows, rowLines(rows));
  const target = join(directory, files.graph);
  // Without the file, which a cleaning of caches may have taken, the next start builds the graph anew.
  const graph =
    built &&
    (await linkOrCopy(built.graph.file, target).then(
      () => built.graph,
      () => undefined,
    ));
  if (graph) {
    sums[files.graph] = await sumOf(target);
    await write(files.keys, [bytesOf(built.keys.keysOf(built.keys.live))]);
  }
  const { dimension, size } = rows;
  const head: z.infer<typeof headSchema> = {
    ...{ format: 1, dimension, size, stamp, sums },
    graph: graph?.tuning ?? null,
  };
  await writeFile(join(directory, 'index.json'), JSON.stringify(head));
}

/**
 * @param scratch where the graph's file is to lie meanwhile
 * @throws an error of any kind where a file is missing, cut short or changed, or the dimension is another
 */
export async function readIndex(directory: string, scratch: string, dimension: number): Promise<MemoryState> {
  const head = headSchema.parse(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')));
  if (head.dimension !== dimension) throw new Error(`It has ${head.dimension} dimensions instead of ${dimension}.`);
  for (const [name, sum] of Object.entries(head.sums))
    if ((await sumOf(join(directory, name))) !== sum) throw new Error(`${name} was cut short or changed.`);
  const rows = await readRows(directory, dimension);
  if (rows.size !== head.size) throw new Error(`It holds ${rows.size} vectors instead of ${head.size}.`);
  const built = head.graph ? await readGraph(directory, scratch, dimension, head.graph) : undefined;
  return { rows, built, stamp: head.stamp };
}

async function readRows(directory: string, dimension: number): Promise<VectorRows> {
  const vectors = await readVectors(join(directory, files.vectors));
  const rows = new VectorRows(dimension, vectors);
  for await (const line of linesOf(join(directory, files.rows))) {
    const [id, categories, price, inStock] = rowSchema.parse(JSON.parse(line));
    const start = rows.size * dimension;
    rows.add(id, vectors.subarray(start, start + dimension), { categories, price, inStock });
  }
  return rows;
}

/** Straight into the array that the index goes on to use: a gigabyte is not held twice. */
async function readVectors(path: string): Promise<Float32Array> {
  const file = await open(path);
  try {
    const vectors = new Float32Array((await file.stat()).size / Float32Array.BYTES_PER_ELEMENT);
    const bytes = bytesOf(vectors);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(READ, bytes.length - at), at);
      if (!bytesRead) throw new Error(`${path} was cut short.`);
      at += bytesRead;
    }
    return vectors;
  } finally {
    await file.close();
  }
}

async function readGraph(directory: string, scratch: string, dimension: number, tuning: GraphTuning) {
  const bytes = await readFile(join(directory, files.keys));
  const file = join(scratch, `${randomUUID()}.usearch`);
  await linkOrCopy(join(directory, files.graph), file);
  const graph = await Graph.open(file, dimension, tuning);
  return graph && { graph, keys: new GraphKeys(new Int32Array(Uint8Array.from(bytes).buffer)) };
}

function linkOrCopy(from: string, to: string): Promise<void> {
  return link(from, to).catch(() => copyFile(from, to));
}

function* vectorParts(rows: VectorRows): Generator<Uint8Array> {
  const { vectors, dimension } = rows;
  for (let start = 0; start < vectors.length; start += BATCH * dimension)
    yield bytesOf(vectors.subarray(start, start + BATCH * dimension));
}

function* rowLines(rows: VectorRows): Generator<string> {
  for (let start = 0; start < rows.size; start += BATCH) {
    let lines = '';
    for (let row = start; row < Math.min(start + BATCH, rows.size); row++) {
      const { categories, price, inStock } = rows.filters.get(row);
      lines += `${JSON.stringify([rows.idOf(row), categories, price, inStock])}\n`;
    }
    yield lines;
  }
}

async function sumOf(file: string): Promise<number> {
  let sum = 0;
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) sum = crc32(part as Buffer, sum);
  return sum;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
