import { Worker } from 'node:worker_threads';
import { isSame, type VectorRows } from '../rows/vector-rows.js';
import type { GraphTuning } from './graph.js';
import type { GraphKeys } from './graph-keys.js';

export interface BuildWork {
  dimension: number;
  sample: Float32Array;
  size: number;
}
/** Vectors to add, or the file to write the graph to. */
export type BuildOrder = { kind: 'add'; vectors: Float32Array } | { kind: 'finish'; file: string };
export interface BuildAnswer {
  tuning?: GraphTuning;
}

const CHUNK = 2048;
/** Rows by which the graph is tuned, as questions, before they get into it. */
const SAMPLE = 200;

/**
 * Builds a graph of the rows in a thread of its own. Rows may come, go and move meanwhile.
 * @param keys empty; the caller tells it of each row that goes or moves, and finds in it those that got into the graph
 */
export async function buildGraph(
  rows: VectorRows,
  keys: GraphKeys,
  file: string,
  signal: AbortSignal,
): Promise<GraphTuning> {
  const sample = sampleOf(rows);
  const workerData: BuildWork = {
    dimension: rows.dimension,
    sample: gather(rows, [...sample.values()]),
    size: rows.size,
  };
  const worker = new Worker(new URL('./build.worker.js', import.meta.url), { workerData, name: 'vectors' });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop);
  try {
    const last = rows.size;
    for (let row = 0; row < Math.min(last, rows.size); ) {
      const chunk: number[] = [];
      for (; chunk.length < CHUNK && row < Math.min(last, rows.size); row++)
        if (!keys.has(row) && !sample.has(rows.idOf(row))) chunk.push(row);
      const vectors = gather(rows, chunk);
      for (const member of chunk) keys.give(member);
      if (chunk.length) await order(worker, { kind: 'add', vectors }, [vectors.buffer as ArrayBuffer]);
    }
    const { tuning } = await order(worker, { kind: 'finish', file });
    if (!tuning) throw new Error('The thread that builds graphs gave no answer.');
    for (const [place, id] of [...sample.keys()].entries()) {
      const row = rows.rowOf(id);
      const vector = workerData.sample.subarray(place * rows.dimension, (place + 1) * rows.dimension);
      keys.give(row !== undefined && isSame(rows.vector(row), vector) ? row : undefined);
    }
    return tuning;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function order(worker: Worker, message: BuildOrder, transfer: ArrayBuffer[] = []): Promise<BuildAnswer> {
  return new Promise((resolve, reject) => {
    const quiet = () => worker.off('message', answered).off('error', failed).off('exit', ended);
    const answered = (answer: BuildAnswer) => {
      quiet();
      resolve(answer);
    };
    const failed = (error: Error) => {
      quiet();
      reject(error);
    };
    const ended = (code: number) => failed(new Error(`The thread that builds graphs ended with ${code}.`));
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage(message, transfer);
  });
}

/** Every so many-th row, by its id. */
function sampleOf(rows: VectorRows): Map<string, number> {
  const step = Math.max(1, Math.floor(rows.size / SAMPLE));
  const wanted = Math.min(SAMPLE, Math.ceil(rows.size / 20));
  return new Map(Array.from({ length: wanted }, (_, index) => [rows.idOf(index * step), index * step]));
}

function gather(rows: VectorRows, members: readonly number[]): Float32Array {
  const vectors = new Float32Array(members.length * rows.dimension);
  for (const [place, row] of members.entries()) vectors.set(rows.vector(row), place * rows.dimension);
  return vectors;
}
