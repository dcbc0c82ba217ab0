import { Worker } from 'node:worker_threads';
import type { QualityReport, WrittenSnapshot } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import type { Ask, Message } from './data.worker.js';
import type { ImportHooks, ImportOrder } from './import-file.js';

/** After a cancel, a thread stuck in one step is stopped by force. */
const PATIENCE_MS = 5000;

/** Imports in a thread of its own, so that the server goes on answering. Same errors as `importFile`. */
export function importInThread(order: ImportOrder, hooks: ImportHooks): Promise<WrittenSnapshot> {
  return run<WrittenSnapshot>({ do: 'import', order }, hooks);
}

/** Checks a snapshot in a thread of its own. Same errors as `openSnapshot`. */
export function checkInThread(directory: string, signal?: AbortSignal): Promise<QualityReport> {
  return run<QualityReport>({ do: 'check', directory }, { signal });
}

/** Reads all of a snapshot in a thread of its own. Same errors as `verifySnapshot`. */
export function verifyInThread(directory: string, signal?: AbortSignal): Promise<void> {
  return run<void>({ do: 'verify', directory }, { signal });
}

async function run<Result>(ask: Ask, { signal, onProgress, onNotes }: ImportHooks): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./data.worker.js', import.meta.url), { workerData: ask });
  let patience: NodeJS.Timeout | undefined;
  const cancel = () => {
    worker.postMessage('cancel');
    patience = setTimeout(() => void worker.terminate(), PATIENCE_MS);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await new Promise<Result>((resolve, reject) => {
      worker.on('message', (message: Message) => {
        if (message.type === 'progress') onProgress?.(message.progress);
        else if (message.type === 'notes') onNotes?.(message.notes);
        else if (message.type === 'done') resolve(message.result as Result);
        else reject(errorOf(message.error));
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(stopped()));
    });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

function errorOf({ code, message, status, details }: Extract<Message, { type: 'failed' }>['error']): Error {
  return code === undefined ? new Error(message) : new VitrineError(code, message, status, details);
}

function stopped(): VitrineError {
  return new VitrineError(
    'data.stopped',
    'The work on the data stopped unexpectedly, perhaps for want of memory.',
    500,
  );
}
