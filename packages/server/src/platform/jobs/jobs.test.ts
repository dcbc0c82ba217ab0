import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VitrineError } from '@vitrine/models';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from '../database/database.js';
import { migrate } from '../database/migrate.js';
import { databaseKinds, type TestDatabase, testDatabase } from '../testing/databases.test.fixture.js';
import type { Job, JobContext } from './job.js';
import { Jobs } from './queue.js';

const workerModule = fileURLToPath(new URL('./worker.test.child.js', import.meta.url));
const nothing = z.object({});
const untilAborted = ({ signal }: JobContext<unknown>) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

describe.each(databaseKinds)('jobs on %s', async (kind) => {
  const holder: TestDatabase | undefined = await testDatabase(kind);
  let database: Database;
  let jobs: Jobs;
  const faults: unknown[] = [];
  const newJobs = () => new Jobs(database, (error) => faults.push(error), 50);
  beforeAll(async () => {
    database = await holder.open();
    await migrate(database.pool);
  });
  beforeEach(() => {
    faults.length = 0;
    jobs = newJobs();
  });
  afterEach(async () => {
    await jobs.close();
    await database.db.execute(sql`DELETE FROM jobs`);
  });
  afterAll(async () => {
    await database.close();
    await holder.remove();
  });

  /** The job once it is in one of the states; the test's time limit ends the wait. */
  async function reaches(id: string, ...states: Job['state'][]): Promise<Job> {
    for (;;) {
      const job = await jobs.get(id);
      if (states.includes(job.state)) return job;
      await sleep(20);
    }
  }

  test('does what it was asked, and keeps the result', async () => {
    const double = jobs.define({
      kind: 'double',
      input: z.number(),
      handler: async ({ input }) => ({ twice: input * 2 }),
    });
    await jobs.open();
    const { id, state } = await double.start(21);
    expect(state).toBe('queued');
    const done = await reaches(id, 'succeeded', 'failed');
    expect(done).toMatchObject({ state: 'succeeded', result: { twice: 42 }, fraction: 1, error: null });
    expect(done.finishedAt).not.toBeNull();
  });

  test('refuses an input that is not what the kind says', async () => {
    const double = jobs.define({ kind: 'double', input: z.number(), handler: async () => null });
    await expect(double.start('x' as never)).rejects.toThrow();
    expect((await jobs.list(1, 10)).total).toBe(0);
  });

  test('a typed error is told as it is; another one is told and reported', async () => {
    const typed = jobs.define({
      kind: 'typed',
      input: nothing,
      handler: async () => {
        throw new VitrineError('data.empty', 'The file is empty.');
      },
    });
    const wild = jobs.define({
      kind: 'wild',
      input: nothing,
      handler: async () => {
        throw new TypeError('x is undefined');
      },
    });
    await jobs.open();
    const [first, second] = [await typed.start({}), await wild.start({})];
    expect((await reaches(first.id, 'failed')).error).toEqual({ code: 'data.empty', message: 'The file is empty.' });
    expect((await reaches(second.id, 'failed')).error?.code).toBe('job.failed');
    expect(faults).toHaveLength(1);
  });

  test('ends also when what it says holds NUL or half a character', async () => {
    const said = 'cut\0 short \ud83d';
    const [failing, working] = [
      jobs.define({
        kind: 'failing',
        input: nothing,
        handler: async () => {
          throw new VitrineError('data.empty', said);
        },
      }),
      jobs.define({
        kind: 'working',
        input: nothing,
        handler: async ({ progress, step }) => {
          progress({ message: said });
          return { said: await step('say', async () => [said]) };
        },
      }),
    ];
    await jobs.open();
    const [first, second] = [await failing.start({}), await working.start({})];
    const kept = 'cut short \ufffd';
    expect((await reaches(first.id, 'failed')).error?.message).toBe(kept);
    expect(await reaches(second.id, 'succeeded')).toMatchObject({ message: kept, result: { said: [kept] } });
    expect(faults).toEqual([]);
  });

  test('one that may be started once is, however many ask', async () => {
    const kind = { kind: 'once', input: nothing, handler: async () => null };
    const others = [newJobs(), newJobs()].map((other) => other.define(kind));
    const once = jobs.define(kind);
    await Promise.all([...others, once, once].map((job) => job.startOnce('the-one', {})));
    expect(await jobs.list(1, 10)).toMatchObject({ total: 1, items: [{ id: 'the-one', state: 'queued' }] });
    await jobs.open();
    await reaches('the-one', 'succeeded');
    await once.startOnce('the-one', {});
    expect(await jobs.get('the-one')).toMatchObject({ state: 'succeeded' });
  });

  test('tells how far it is and estimates the time left', async () => {
    let end: (() => void) | undefined;
    const slow = jobs.define({
      kind: 'slow',
      input: nothing,
      handler: async ({ progress }) => {
        progress({ fraction: 0, message: 'begun' });
        await sleep(50);
        progress({ fraction: 0.5, message: 'half way' });
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
    });
    await jobs.open();
    const { id } = await slow.start({});
    let job = await jobs.get(id);
    while (job.fraction === null) {
      await sleep(20);
      job = await jobs.get(id);
    }
    expect(job).toMatchObject({ state: 'running', fraction: 0.5, message: 'half way' });
    expect(job.secondsLeft).toBeGreaterThan(0);
    end?.();
    expect((await reaches(id, 'succeeded')).secondsLeft).toBeNull();
  });

  test('one queue runs its jobs one at a time, in order, whatever their kind; another queue goes on beside it', async () => {
    const order: string[] = [];
    let running = 0;
    let most = 0;
    const kindOf = (name: string) =>
      jobs.define({
        kind: name,
        queue: 'training',
        input: z.number(),
        handler: async ({ input }) => {
          most = Math.max(most, ++running);
          order.push(`${name}${input}`);
          await sleep(30);
          running--;
        },
      });
    const [a, b] = [kindOf('a'), kindOf('b')];
    const beside = jobs.define({ kind: 'beside', input: nothing, handler: untilAborted });
    const ids = [await a.start(1), await b.start(2), await a.start(3)].map(({ id }) => id);
    const other = await beside.start({});
    await jobs.open();
    for (const id of ids) await reaches(id, 'succeeded');
    expect(order).toEqual(['a1', 'b2', 'a3']);
    expect(most).toBe(1);
    expect((await jobs.get(other.id)).state).toBe('running');
  });

  test('cancels a queued job at once, a running one when it notices, and leaves a finished one', async () => {
    const waiting = jobs.define({ kind: 'waiting', input: nothing, handler: untilAborted });
    const quick = jobs.define({ kind: 'quick', input: nothing, handler: async () => 1 });
    const [first, second] = [await waiting.start({}), await waiting.start({})];
    await jobs.open();
    await reaches(first.id, 'running');
    expect((await jobs.cancel(second.id)).state).toBe('cancelled');
    await jobs.cancel(first.id);
    expect((await reaches(first.id, 'cancelled')).error).toBeNull();
    const done = await quick.start({});
    await reaches(done.id, 'succeeded');
    expect((await jobs.cancel(done.id)).state).toBe('succeeded');
    await expect(jobs.cancel('none')).rejects.toMatchObject({ code: 'job.unknown', status: 404 });
  });

  test('one that ends while nobody works on it tells so: cancelled in the queue, or given up after many crashes', async () => {
    const told: unknown[] = [];
    const waiting = jobs.define({
      kind: 'waiting',
      input: z.string(),
      handler: async () => null,
      abandoned: async (input, { state, error }) => void told.push([input, state, error?.code]),
    });
    const cancelled = await waiting.start('first');
    await jobs.cancel(cancelled.id);
    expect(told).toEqual([['first', 'cancelled', undefined]]);

    const { id } = await waiting.start('second');
    await database.db.execute(sql`UPDATE jobs SET attempts = 99 WHERE id = ${id}`);
    await jobs.open();
    await reaches(id, 'failed');
    await expect.poll(() => told.at(-1)).toEqual(['second', 'failed', 'job.crashed']);
  });

  test('closing puts a running job back; the next one goes on with its steps kept', async () => {
    const calls: string[] = [];
    const define = (worker: Jobs, last: (context: JobContext<unknown>) => Promise<unknown>) =>
      worker.define({
        kind: 'steps',
        input: nothing,
        handler: async (context) => {
          const first = await context.step('first', async () => {
            calls.push('first');
            return { n: 1 };
          });
          await last(context);
          return first.n + 1;
        },
      });
    const started = define(jobs, untilAborted);
    await jobs.open();
    const { id } = await started.start({});
    while (!calls.length) await sleep(10);
    await jobs.close();
    expect((await jobs.get(id)).state).toBe('queued');
    jobs = newJobs();
    define(jobs, async () => null);
    await jobs.open();
    expect((await reaches(id, 'succeeded')).result).toBe(2);
    expect(calls).toEqual(['first']);
  });

  test('tells of an open job whether it was left by a process that is gone, and nothing of one that is to end', async () => {
    const define = () => jobs.define({ kind: 'wait', input: nothing, handler: untilAborted });
    const wait = define();
    await jobs.open();
    const { id } = await wait.start({});
    await reaches(id, 'running');
    expect(await jobs.findOpen(id)).toMatchObject({
      job: { id, state: 'running' },
      input: {},
      isLeft: false,
      isHere: true,
    });
    await database.db.execute(sql`UPDATE jobs SET worker = 'dead', heartbeat_at = now() - interval '1 hour'`);
    await jobs.close();
    jobs = newJobs();
    define();
    await jobs.open();
    await reaches(id, 'running');
    expect(await jobs.findOpen(id)).toMatchObject({ isLeft: true });
    await database.db.execute(sql`UPDATE jobs SET host = 'elsewhere'`);
    expect(await jobs.findOpen(id)).toMatchObject({ isHere: false });
    await database.db.execute(sql`UPDATE jobs SET host = NULL`);
    await jobs.cancel(id);
    expect(await jobs.findOpen(id)).toBeUndefined();
  });

  test('a process may leave a queue’s jobs to others', async () => {
    const other = newJobs();
    const [here] = [jobs, other].map((worker, index) =>
      worker.define({ kind: 'heavy', queue: 'training', input: nothing, handler: async () => index }),
    );
    jobs.leave('training');
    const { id } = (await here?.start({})) ?? { id: '' };
    await jobs.open();
    await other.open();
    expect((await reaches(id, 'succeeded')).result).toBe(1);
    await other.close();
  });

  test('two workers never take the same job', async () => {
    const seen: number[] = [];
    const workers = [jobs, newJobs()];
    const kinds = workers.map((worker) =>
      worker.define({
        kind: 'once',
        input: z.number(),
        concurrency: 3,
        handler: async ({ input }) => void seen.push(input),
      }),
    );
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push((await kinds[0]?.start(n))?.id ?? '');
    await Promise.all(workers.map((worker) => worker.open()));
    for (const id of ids) await reaches(id, 'succeeded');
    await workers[1]?.close();
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });
});

describe.each(databaseKinds)('after kill -9 on %s', async (kind) => {
  const holder = await testDatabase(kind);
  const children: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await holder.remove();
  });

  /** A worker in a process of its own; `until` one of its messages. */
  async function worker(mode: 'start' | 'resume', until: string): Promise<{ said: string[]; child: ChildProcess }> {
    const child = fork(workerModule, [JSON.stringify(holder?.options), mode]);
    children.push(child);
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`The worker ended with ${code}.`)));
      child.on('message', (message: string) => {
        said.push(message);
        if (message.startsWith(until)) resolve();
      });
    });
    return { said, child };
  }

  test('the next process takes the job up at the step that was not finished', async () => {
    const first = await worker('start', 'in second');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(first.said).toEqual(['in first', 'in second']);
    const second = await worker('resume', 'done');
    expect(second.said).toEqual(['in second', 'done: first+second']);
  });
});
