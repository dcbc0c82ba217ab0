import { mkdir } from 'node:fs/promises';
import { diskError, resumeOnceThereIsRoom, VitrineError } from '../errors.js';
import { reporterOf } from '../reporting/events.js';
import { openSnapshot } from '../snapshot/snapshot.js';
import type { Task } from '../task.js';
import { type TrainerMessage, type TrainerOrder, trainerOrderSchema } from './protocol.js';

const abort = new AbortController();

function send(message: TrainerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()) ?? resolve());
}

async function run(task: Task, order: TrainerOrder): Promise<void> {
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

/** This process as a trainer: one order in over IPC, events out, an artifact directory written. It never touches a database. */
export function serveTrainer(taskNamed: (name: string) => Task | Promise<Task>): void {
  process.on('message', (message: unknown) => {
    if ((message as { type?: string }).type === 'cancel') {
      abort.abort(new VitrineError('run.cancelled', 'The training was cancelled.', 409));
      return;
    }
    void obey(taskNamed, (message as { order?: unknown }).order)
      .catch(fail)
      .finally(() => process.disconnect?.());
  });
  /** The parent is gone: nobody would collect the artifact, and the next parent resumes from the checkpoints. */
  process.on('disconnect', () => process.exit());
}

async function obey(taskNamed: (name: string) => Task | Promise<Task>, given: unknown): Promise<void> {
  const { success, data: order, error } = trainerOrderSchema.safeParse(given);
  if (!success) throw new VitrineError('run.order', error.message);
  await run(await taskNamed(order.task), order);
}
