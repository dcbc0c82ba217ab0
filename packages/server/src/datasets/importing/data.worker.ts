import { parentPort, workerData } from 'node:worker_threads';
import { checkSnapshot, openSnapshot, verifySnapshot } from '@vitrine/models/data';
import { VitrineError } from '@vitrine/models/errors';
import { type ImportOrder, type ImportProgress, importFile } from './import-file.js';

export type Ask =
  | { do: 'import'; order: ImportOrder }
  | { do: 'check'; directory: string }
  | { do: 'verify'; directory: string };

export type Message =
  | { type: 'progress'; progress: ImportProgress }
  | { type: 'notes'; notes: string[] }
  | { type: 'done'; result: unknown }
  | { type: 'failed'; error: { code?: string; message: string; status?: number; details?: unknown } };

const abort = new AbortController();
const send = (message: Message) => parentPort?.postMessage(message);

function perform(ask: Ask): Promise<unknown> {
  if (ask.do === 'check') return check(ask.directory);
  if (ask.do === 'verify') return verifySnapshot(ask.directory);
  return importFile(ask.order, {
    signal: abort.signal,
    onProgress: (progress) => send({ type: 'progress', progress }),
    onNotes: (notes) => send({ type: 'notes', notes }),
  });
}

async function check(directory: string): Promise<unknown> {
  const snapshot = await openSnapshot(directory);
  try {
    return await checkSnapshot(snapshot, abort.signal);
  } finally {
    await snapshot.close();
  }
}

function failure(error: unknown): Message {
  if (!(error instanceof VitrineError))
    return { type: 'failed', error: { message: String((error as Error)?.stack ?? error) } };
  const { code, message, status, details } = error;
  return { type: 'failed', error: { code, message, status, details } };
}

parentPort?.on('message', () => abort.abort(new Error('cancelled')));
perform(workerData as Ask).then(
  (result) => send({ type: 'done', result }),
  (error: unknown) => send(failure(error)),
);
