// An index of the product in a process of its own: `exact` fills and saves it, `build` adds the graph and saves it,
// `graph` opens it. The protocol is that of contestant.ts.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GraphPolicy, MemoryVectors, openBlobs } from '@vitrine/server';
import type { Round } from './contestant.js';
import { readVectors } from './data.js';

const [kind, directory = '', dimensions] = process.argv.slice(2);
const dimension = Number(dimensions);
type Facts = Record<string, number>;

const NAME = 'bench';
const LIMIT = 10;
const BATCH = 1000;

const secondsSince = (began: number) => (performance.now() - began) / 1000;
const blobs = await openBlobs(join(directory, 'blobs'), undefined);
const common = { blobs, scratch: join(directory, 'scratch'), log: console };
const exact = await MemoryVectors.open({ ...common, policy: new GraphPolicy({ graphFrom: Infinity, newcomers: 0 }) });
const graphs = await MemoryVectors.open({ ...common, policy: new GraphPolicy({ graphFrom: 1, newcomers: 10_000 }) });

const facts: Facts = kind === 'exact' ? await fill() : {};
const opened = performance.now();
const index = await (kind === 'exact' ? exact : graphs).open(NAME, dimension);
const openSeconds = secondsSince(opened);
if (kind === 'build') {
  const began = performance.now();
  await index.settled();
  facts.buildSeconds = secondsSince(began);
  await index.save('built');
}
const queries = await readVectors(join(directory, 'queries.f32'), dimension);
console.log(JSON.stringify({ ...facts, openSeconds, backend: index.backend, version: process.version }));

for await (const line of createInterface(process.stdin)) {
  const expansion = Number(line) || undefined;
  const answers: { id: string }[][] = [];
  const began = performance.now();
  for (const query of queries) answers.push(await index.search(query, { limit: LIMIT, expansion }));
  const seconds = secondsSince(began);
  const round: Round = { seconds, rows: answers.map((hits) => hits.map(({ id }) => Number(id))) };
  console.log(JSON.stringify(round));
}
await index.close();

/** Takes in the vectors and saves them, without a graph. */
async function fill(): Promise<Facts> {
  const filled = await exact.open(NAME, dimension);
  const stride = dimension * Float32Array.BYTES_PER_ELEMENT;
  let row = 0;
  const began = performance.now();
  for await (const chunk of createReadStream(join(directory, 'base.f32'), { highWaterMark: stride * BATCH })) {
    const batch = new Float32Array(Uint8Array.from(chunk as Buffer).buffer);
    const starts = Array.from({ length: batch.length / dimension }, (_, place) => place * dimension);
    await filled.upsert(
      starts.map((start) => ({ id: String(row++), vector: batch.subarray(start, start + dimension) })),
    );
  }
  const upsertSeconds = secondsSince(began);
  const saving = performance.now();
  await filled.save('filled');
  const saveSeconds = secondsSince(saving);
  await filled.close();
  return { upsertSeconds, saveSeconds };
}
