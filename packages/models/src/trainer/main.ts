import { mkdir } from 'node:fs/promises';
import { diskError, resumeOnceThereIsRoom, VitrineError } from '../errors.js';
import { reporterOf } from '../reporting/events.js';
import { openSnapshot } from '../snapshot/snapshot.js';
import { taskNamed } from '../tasks.js';
import { type TrainerMessage, type TrainerOrder, trainerOrderSchema } from './protocol.js';

/** The trainer process: one order in over IPC, events out, an artifact directory written. It never touches a database. */
const abort = new AbortController();

function send(message: TrainerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()) ?? resolve());
}

async function run(order: TrainerOrder): Promise<void> {
  const task = taskNamed(order.task);
  const config = task.configSchema.parse(order.config);
  const snapshot = await openSnapshot(order.snapshotDir);
  try {
    await mkdir(order.workDir, { recursive: true });
    await mkdir(order.artifactDir, { recursive: true });
    await task.prepare(snapshot, config);
    const summary = await task.train(snapshot, config, {
      reporter: reporterOf((event) => void send({ type: 'event', event })),
      workDir: order.workDir,
      artifactDir: order.artifactDir,
      seed: order.seed,
      engine: order.engine,
      signal: abort.signal,
    });
    await send({ type: 'done', summary });
  } finally {
    await snapshot.close();
  }
}

async function fail(cause: unknown): Promise<void> {
  const error = diskError(cause, resumeOnceThereIsRoom);
  const known = error instanceof VitrineError;
  await send({
    type: 'failed',
    code: known ? error.code : abort.signal.aborted ? 'run.cancelled' : 'run.failed',
    message: error instanceof Error ? error.message : String(error),
    ...(known || !(error instanceof Error) || !error.stack ? {} : { stack: error.stack }),
  });
}

process.on('message', (message: unknown) => {
  if ((message as { type?: string }).type === 'cancel') {
    abort.abort(new VitrineError('run.cancelled', 'The training was cancelled.', 409));
    return;
  }
  const order = trainerOrderSchema.safeParse((message as { order?: unknown }).order);
  const work = order.success ? run(order.data) : Promise.reject(new VitrineError('run.order', order.error.message));
  void work.catch(fail).finally(() => process.disconnect?.());
});

/** The parent is gone: nobody would collect the artifact, and the next parent resumes from the checkpoints. */
process.on('disconnect', () => process.exit());
