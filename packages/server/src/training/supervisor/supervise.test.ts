import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainerOrder, TrainingEvent } from '@vitrine/models';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSnapshot } from '../../testing/snapshot.test.fixture.js';
import { superviseTraining } from './supervise.js';

const module = new URL('../../testing/trainer.test.main.js', import.meta.url);
let directory: string;
let events: TrainingEvent[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-supervise-'));
  await writeSnapshot(join(directory, 'snapshot'));
  events = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const order = (config: Record<string, unknown>): TrainerOrder => ({
  task: 'classify',
  snapshotDir: join(directory, 'snapshot'),
  config,
  workDir: join(directory, 'work'),
  artifactDir: join(directory, 'artifact'),
  seed: 1,
  engine: { threads: 1, providers: ['cpu'], arena: true },
});
const supervise = (config: Record<string, unknown>, signal = new AbortController().signal) =>
  superviseTraining(order(config), {
    module,
    signal,
    graceMs: () => 500,
    write: async (batch) => void events.push(...batch),
  });
const logs = () => events.flatMap((event) => (event.type === 'log' ? [event.message] : []));

test('a training reports its events in order and ends with its summary', async () => {
  const summary = await supervise({ epochs: 4 });
  expect(summary.metrics.accuracy).toBe(1);
  const steps = events.flatMap((event) => (event.type === 'metrics' ? [event.step] : []));
  expect(steps).toEqual([1, 2, 3, 4]);
  expect(JSON.parse(await readFile(join(directory, 'artifact', 'model.json'), 'utf8'))).toEqual(summary);
});

test('a config that can’t be used fails with the key', async () => {
  await expect(supervise({ epoch: 4 })).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('"epoch"'),
  });
});

test('a trainer that dies without a word is a typed failure, and the next attempt resumes from its checkpoint', async () => {
  await expect(supervise({ epochs: 5, dieAt: 3 })).rejects.toMatchObject({ code: 'run.crashed' });
  await supervise({ epochs: 5, dieAt: 3 });
  expect(logs()).toEqual(['started', 'resumed after epoch 2']);
});

test('cancelling stops the training', async () => {
  const abort = new AbortController();
  const training = supervise({ epochs: 1000, pace: 20 }, abort.signal);
  setTimeout(() => abort.abort(), 700);
  await expect(training).rejects.toMatchObject({ code: 'run.cancelled' });
});

test('a trainer deaf to cancelling is killed after its grace', async () => {
  const abort = new AbortController();
  const training = supervise({ epochs: 2, pace: 60_000 }, abort.signal);
  setTimeout(() => abort.abort(), 700);
  await expect(training).rejects.toMatchObject({ code: 'run.cancelled' });
});

test('an orphan of a killed server is ended before the work directory is used again', async () => {
  const work = join(directory, 'work');
  await supervise({ epochs: 1 });
  const orphan = fork(module, [work], { detached: true, stdio: 'ignore' });
  await sleep(300);
  await writeFile(join(work, 'trainer.pid'), String(orphan.pid));
  const [[, signal]] = await Promise.all([once(orphan, 'exit'), supervise({ epochs: 2 })]);
  expect(signal).toBe('SIGKILL');
});

test('a process that has a former trainer’s id is left alone', async () => {
  const other = fork(module, ['elsewhere'], { stdio: 'ignore' });
  await supervise({ epochs: 1 });
  await writeFile(join(directory, 'work', 'trainer.pid'), String(other.pid));
  await supervise({ epochs: 2 });
  expect(other.exitCode).toBe(null);
  expect(other.signalCode).toBe(null);
  other.kill();
});
