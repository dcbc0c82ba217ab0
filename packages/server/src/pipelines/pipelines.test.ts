import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../platform/database/database.js';
import type { Jobs } from '../platform/jobs/queue.js';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import type { Pipeline } from './api.js';
import type { Pipelines } from './pipelines.js';
import { diaryOf, openTailor, type Turn } from './testing/bench.test.fixture.js';

let scratch: string;
let diary: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'vitrine-pipelines-'));
});
afterAll(() => rm(scratch, { recursive: true }));
beforeEach(() => {
  diary = join(scratch, `${Math.random()}`);
});
const states = ({ steps }: Pipeline) => steps.map(({ state }) => state).join(' ');

describeOnEachDatabase('pipelines', (holder) => {
  let database: Database;
  let pipelines: Pipelines;
  let jobs: Jobs;
  beforeAll(async () => {
    database = await holder.open();
    ({ pipelines, jobs } = await openTailor(database));
    await jobs.open();
  });
  afterEach(async () => {
    for (const { id } of (await pipelines.list(1, 50)).items) await pipelines.cancel(id);
    await database.db.execute(sql`DELETE FROM pipelines`);
  });
  afterAll(async () => {
    await jobs.close();
    await database.close();
  });

  const start = (turns: Record<string, Turn[]> = {}) => pipelines.start('tailor', { diary, turns }, 'ada');
  const reaches = async (id: string, isThere: (pipeline: Pipeline) => boolean): Promise<Pipeline> => {
    for (;;) {
      const pipeline = await pipelines.get(id);
      if (isThere(pipeline)) return pipeline;
      await sleep(20);
    }
  };
  const ended = (id: string) => reaches(id, ({ state }) => state !== 'running');

  it('do each step once those it needs are done, with their results', async () => {
    const { id } = await start();
    const pipeline = await ended(id);
    expect(pipeline).toMatchObject({ state: 'succeeded', title: 'A coat', createdBy: 'ada' });
    expect(pipeline.steps.map(({ output }) => output)).toEqual([
      'cut',
      'cut+sew',
      'cut+dye',
      expect.stringMatching(/\+pack$/),
    ]);
    const done = await diaryOf(diary);
    expect([done[0], done[1] === 'pack' || done[2] === 'pack', done[3]]).toEqual(['cut', false, 'pack']);
    expect(pipeline.steps[0]).toMatchObject({ attempts: 1, log: [{ level: 'info', message: 'cut attempt 1' }] });
    expect(pipeline.steps[0]?.seconds).toBeGreaterThanOrEqual(0);
  });

  it('leave a step out with its reason, and go on behind it', async () => {
    const pipeline = await ended((await start({ sew: ['skip'] })).id);
    expect(states(pipeline)).toBe('succeeded skipped succeeded succeeded');
    expect(pipeline.steps[1]?.message).toBe('not today');
  });

  it('try again after a failure that may pass, and keep what was said', async () => {
    const pipeline = await ended((await start({ cut: ['crash', 'done'] })).id);
    expect(pipeline).toMatchObject({ state: 'succeeded', steps: [{ attempts: 2, error: null }, {}, {}, {}] });
    expect(pipeline.steps[0]?.log.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info cut attempt 1',
      'warn The needle broke.',
      'info cut attempt 2',
    ]);
  });

  it('give up after the attempts of the policy; at once where another attempt can’t help; and go on beside it', async () => {
    const crashed = await ended((await start({ sew: ['crash'] })).id);
    expect(states(crashed)).toBe('succeeded failed succeeded waiting');
    expect(crashed).toMatchObject({ state: 'failed', steps: [{}, { attempts: 2 }, {}, {}] });
    diary = `${diary}-2`;
    const refused = await ended((await start({ sew: ['refuse'] })).id);
    expect(refused.steps[1]).toMatchObject({
      attempts: 1,
      error: { code: 'cloth.none', message: 'There is no cloth.' },
    });
  });

  it('go on at the failed step when asked to', async () => {
    const { id, number } = await start({ sew: ['refuse', 'done'] });
    await ended(id);
    await expect(pipelines.retry(id, 'pack')).rejects.toMatchObject({ code: 'pipeline.state', status: 409 });
    await expect(pipelines.retry(id, 'iron')).rejects.toMatchObject({ code: 'pipeline.step', status: 404 });
    expect((await pipelines.retry(`#${number}`, 'sew')).state).toBe('running');
    expect(states(await ended(id))).toBe('succeeded succeeded succeeded succeeded');
    expect((await diaryOf(diary)).filter((name) => name === 'cut')).toHaveLength(1);
    await expect(pipelines.retry(id)).rejects.toMatchObject({ code: 'pipeline.state' });
  });

  it('stop when cancelled, and can go on later', async () => {
    const { id } = await start({ sew: ['hang', 'done'] });
    await reaches(id, (pipeline) => states(pipeline) === 'succeeded running succeeded waiting');
    const cancelled = await pipelines.cancel(id);
    expect([cancelled.state, states(cancelled)]).toEqual(['cancelled', 'succeeded cancelled succeeded cancelled']);
    await pipelines.retry(id);
    expect(states(await ended(id))).toBe('succeeded succeeded succeeded succeeded');
  });

  it('end with the job of a step that somebody cancels', async () => {
    const { id } = await start({ cut: ['hang'] });
    await reaches(id, (pipeline) => states(pipeline).startsWith('running'));
    await jobs.cancel(`${id}.cut.0`);
    expect(states(await ended(id))).toBe('cancelled waiting waiting waiting');
  });

  it('start anew what lasts and failed, under another id', async () => {
    expect(await ended((await start({ cut: ['child'] })).id)).toMatchObject({ state: 'succeeded' });
    expect((await diaryOf(diary)).filter((line) => line.startsWith('start'))).toEqual([
      'start cut.1 after none',
      'start cut.2 after one',
    ]);
  });

  it('of one key are one at a time', async () => {
    const { id } = await start({ cut: ['hang'] });
    await expect(start()).rejects.toMatchObject({ code: 'pipeline.underWay', status: 409 });
    await pipelines.cancel(id);
    await ended((await start()).id);
    await expect(pipelines.get('none')).rejects.toMatchObject({ code: 'pipeline.unknown', status: 404 });
    await expect(pipelines.start('loom', {}, null)).rejects.toMatchObject({ code: 'pipeline.kind' });
    await expect(pipelines.start('tailor', { turns: 1 }, null)).rejects.toMatchObject({ code: 'pipeline.input' });
  });

  it('find out that a step’s job is lost, and start what nobody has started', async () => {
    const { id } = await start({ cut: ['hang'] });
    await reaches(id, (pipeline) => states(pipeline).startsWith('running'));
    await database.db.execute(sql`UPDATE jobs SET state = 'failed' WHERE id = ${`${id}.cut.0`}`);
    await pipelines.reconcile();
    expect((await ended(id)).steps[0]).toMatchObject({ state: 'failed', error: { code: 'pipeline.lost' } });
  });
});

describeOnEachDatabase('a pipeline whose process is killed', (holder) => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const run = (order?: object) => {
    const module = new URL('./testing/tailor.test.child.js', import.meta.url);
    const child = fork(module, [JSON.stringify(holder.options), order ? JSON.stringify(order) : '']);
    children.push(child);
    return child;
  };
  const until = async (child: ChildProcess, isThere: (pipeline: Pipeline) => boolean): Promise<Pipeline> => {
    for (;;) {
      const [pipeline] = (await once(child, 'message')) as [Pipeline];
      if (isThere(pipeline)) return pipeline;
    }
  };

  it('goes on at the step that was not finished', async () => {
    const first = run({ diary, turns: { sew: ['hang', 'done'] } });
    await until(first, (pipeline) => states(pipeline) === 'succeeded running succeeded waiting');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const done = await until(run(), ({ state }) => state !== 'running');
    expect([done.state, done.steps[1]?.attempts]).toEqual(['succeeded', 1]);
    expect(await diaryOf(diary)).toEqual(expect.arrayContaining(['cut', 'sew', 'dye', 'sew', 'pack']));
    expect(await diaryOf(diary)).toHaveLength(5);
  });
});
