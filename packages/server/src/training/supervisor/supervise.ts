import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import {
  type ArtifactSummary,
  type TrainerMessage,
  type TrainerOrder,
  type TrainingEvent,
  VitrineError,
} from '@vitrine/models';
import { EventBuffer } from './event-buffer.js';
import { endOrphan, forgetTrainer, rememberTrainer } from './orphan.js';

export interface SuperviseOptions {
  /** The trainer process's file. */
  module: URL;
  /** Stores events; called with batches in order, never two at a time. */
  write(events: TrainingEvent[]): Promise<void>;
  /** Cancels the training. */
  signal: AbortSignal;
  /** How long a cancelled trainer may take to stop by itself, in milliseconds; asked when it is cancelled. */
  graceMs(): number;
}

/**
 * For glibc's allocator: a training step frees and takes the same large buffers again, so they stay with the process instead
 * of going back to the system page by page. Other allocators pay it no heed.
 */
const keepFreedMemory = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 31),
  MALLOC_TOP_PAD_: String(2 ** 26),
};

type Ending = { summary: ArtifactSummary } | { error: VitrineError };

/**
 * Runs one training in a child process and hands its events on.
 * @throws VitrineError the training's own error, `run.cancelled`, or `run.crashed` when the process ends without a word.
 */
export async function superviseTraining(order: TrainerOrder, options: SuperviseOptions): Promise<ArtifactSummary> {
  options.signal.throwIfAborted();
  await mkdir(order.workDir, { recursive: true });
  await endOrphan(order.workDir);
  const events = new EventBuffer(options.write);
  // The work directory in the arguments tells this trainer from another process that got its id later.
  const child = fork(options.module, [order.workDir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
    env: { ...keepFreedMemory, ...process.env },
  });
  try {
    if (child.pid) {
      lowerPriority(child.pid);
      await rememberTrainer(order.workDir, child.pid);
    }
    const ending = await endingOf(child, order, events, options);
    await events.flush();
    if ('error' in ending) throw ending.error;
    return ending.summary;
  } finally {
    child.kill('SIGKILL');
    await forgetTrainer(order.workDir);
  }
}

/** The server answers people meanwhile; the training takes what is left. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has already ended: the exit handler says so.
  }
}

function endingOf(
  child: ChildProcess,
  order: TrainerOrder,
  events: EventBuffer,
  { signal, graceMs }: SuperviseOptions,
): Promise<Ending> {
  return new Promise((resolve) => {
    let ending: Ending | undefined;
    let complaint = '';
    let grace: NodeJS.Timeout | undefined;
    const cancel = () => {
      child.send({ type: 'cancel' }, () => undefined);
      grace = setTimeout(() => child.kill('SIGKILL'), graceMs());
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.on('message', (message: TrainerMessage) => {
      if (message.type === 'event') events.push(message.event);
      else if (message.type === 'done') ending = { summary: message.summary };
      else ending = { error: new VitrineError(message.code, message.message, 422, { stack: message.stack }) };
    });
    child.on('error', (error) => {
      ending ??= {
        error: new VitrineError('run.crashed', `The training process can’t be started: ${error.message}`, 500),
      };
      if (child.pid === undefined) resolve(ending);
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(grace);
      signal.removeEventListener('abort', cancel);
      if (signal.aborted && !(ending && 'summary' in ending))
        resolve({ error: new VitrineError('run.cancelled', 'The training was cancelled.', 409) });
      else resolve(ending ?? { error: crashed(code, killedBy, complaint) });
    });
    signal.addEventListener('abort', cancel, { once: true });
    child.send({ order }, (error) => error && child.kill('SIGKILL'));
    if (signal.aborted) cancel();
  });
}

function crashed(code: number | null, killedBy: NodeJS.Signals | null, complaint: string): VitrineError {
  const how =
    killedBy === 'SIGKILL'
      ? 'was killed, most likely for using too much memory: try a smaller batch, model or picture size'
      : `ended unexpectedly (${killedBy ? `signal ${killedBy}` : `exit code ${code}`})`;
  return new VitrineError(
    'run.crashed',
    `The training process ${how}. Resume the run to go on from its last checkpoint.`,
    500,
    {
      output: complaint,
    },
  );
}
