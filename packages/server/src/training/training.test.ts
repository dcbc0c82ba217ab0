import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../platform/testing/databases.test.fixture.js';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import { phasesOf } from '../runs/phases.js';
import { findRun } from '../runs/store.js';
import { type StreamEvent, streamRun } from '../runs/stream.js';
import { runLogs, runPoints } from '../runs/tables.js';
import { type Loop, openLoop } from '../testing/loop.test.fixture.js';

const request = { task: 'classify', dataset: 'test', promote: false };
const logsOf = async ({ database }: Loop, runId: string) =>
  (await database.db.select().from(runLogs).where(eq(runLogs.runId, runId)).orderBy(asc(runLogs.sequence))).map(
    ({ message }) => message,
  );

describeOnEachDatabase('trainings', (holder) => {
  describe('runs', () => {
    let directory: string;
    let loop: Loop;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'vitrine-training-'));
      loop = await openLoop(directory, holder.options);
    });
    afterAll(async () => {
      await loop.close();
      await rm(directory, { recursive: true, force: true });
    });

    test('a run keeps its record: data hash, complete config, seed, code version, series, metrics, model', async () => {
      const { id, number } = await loop.training.start({ ...request, config: { epochs: 4 }, seed: 3 }, 'ada');
      const run = await loop.ended(id);
      expect(run).toMatchObject({
        state: 'succeeded',
        number,
        config: { epochs: 4, smoothing: 1, pace: 0, blind: false, refit: false },
        seed: 3,
        codeVersion: '1.2.3',
        createdBy: 'ada',
        metrics: { accuracy: 1 },
        fraction: 1,
      });
      expect(run.snapshot).toMatch(/^[0-9a-f]{64}$/);
      expect(await loop.registry.get(run.modelId ?? '')).toMatchObject({
        version: 1,
        stage: 'candidate',
        runNumber: number,
      });
      const points = await loop.database.db.select().from(runPoints).where(eq(runPoints.runId, id));
      expect(
        points
          .filter(({ name }) => name === 'loss')
          .map(({ step }) => step)
          .sort(),
      ).toEqual([1, 2, 3, 4]);
      expect(existsSync(join(directory, 'runs', id))).toBe(false);
    });

    test('its phases are kept with their ends, of a failed one too', async () => {
      const phases = async (config: object, promote = false) => {
        const { id } = await loop.training.start({ ...request, config: { epochs: 2, ...config }, promote }, null);
        await loop.ended(id);
        const found = await phasesOf(loop.database.db, id);
        for (const { seconds } of found) expect(seconds).toBeGreaterThanOrEqual(0);
        return found.map(({ phase, state }) => `${phase} ${state}`);
      };
      expect(await phases({}, true)).toEqual(['train succeeded', 'register succeeded', 'promote succeeded']);
      expect(await phases({ dieAt: 2 })).toEqual(['train failed']);
    });

    test('a model that the gate refuses stays a candidate; its run has succeeded, and its phase says why', async () => {
      const promoting = async (config: Record<string, unknown>) => {
        const { id } = await loop.training.start({ ...request, config, promote: true }, null);
        return loop.ended(id);
      };
      await promoting({ epochs: 1 });
      const run = await promoting({ epochs: 1, blind: true });
      expect(run).toMatchObject({ state: 'succeeded', error: null });
      expect(await loop.registry.get(run.modelId ?? '')).toMatchObject({ stage: 'candidate' });
      const reason = expect.stringContaining('does worse than the one in production');
      expect((await phasesOf(loop.database.db, run.id)).at(-1)).toMatchObject({
        phase: 'promote',
        state: 'succeeded',
        message: reason,
      });
    });

    test('a model that can’t be opened fails its run with the reason, and is kept: promoted anew when it is resumed', async () => {
      const { database, registry, training } = loop;
      const before = loop.served.current('classify');
      const config = { epochs: 1, unopenable: true };
      const { id } = await training.start({ ...request, config, promote: true }, null);
      const run = await loop.ended(id);
      const { version, stage } = await registry.get(run.modelId ?? '');
      expect(stage).toBe('candidate');
      expect(run).toMatchObject({
        state: 'failed',
        metrics: { accuracy: 1 },
        error: {
          code: 'model.open',
          message: expect.stringMatching(
            new RegExp(`kept as the candidate classify@${version}, but could not be promoted: .*train the model again`),
          ),
        },
      });
      expect((await phasesOf(database.db, id)).at(-1)).toMatchObject({ phase: 'promote', state: 'failed' });
      expect(loop.served.current('classify')).toEqual(before);
      await training.resume(id, null);
      expect(await loop.ended(id)).toMatchObject({ state: 'failed', modelId: run.modelId });
      expect((await phasesOf(database.db, id)).filter(({ phase }) => phase === 'train')).toHaveLength(1);
    });

    test('a config with an unknown key is refused at once, naming the key', async () => {
      await expect(loop.training.start({ ...request, config: { epoch: 4 } }, null)).rejects.toMatchObject({
        code: 'config.invalid',
        status: 422,
        message: expect.stringMatching(/"epoch".*"epochs"/),
      });
      await expect(loop.training.start({ ...request, config: { epochs: 'many' } }, null)).rejects.toMatchObject({
        code: 'config.invalid',
        message: expect.stringContaining('epochs'),
      });
    });

    test('a config names files in the weights folder alone, unless the caller may name any', async () => {
      const weights = join(directory, 'weights');
      const secret = join(directory, 'secret');
      await mkdir(join(weights, 'deep'), { recursive: true });
      await writeFile(join(weights, 'deep', 'notes'), 'from the folder');
      await writeFile(secret, 'from elsewhere');
      await symlink(secret, join(weights, 'link'));
      const start = (notes: string, anyFile?: boolean) =>
        loop.training.start({ ...request, config: { epochs: 1, notes }, anyFile }, null);
      const inside = join(weights, 'deep', 'notes');
      for (const name of [secret, inside, '../secret', 'deep/../../secret', 'link', 'deep', '.', 'absent', 'a\0b'])
        await expect(start(name), name).rejects.toMatchObject({
          code: 'config.invalid',
          message: expect.stringMatching(/"notes".*folder "weights"/),
        });
      await expect(start('../secret', true)).rejects.toMatchObject({ code: 'config.invalid' });
      for (const [name, anyFile, text] of [
        ['deep/notes', false, 'from the folder'],
        [secret, true, 'from elsewhere'],
      ] as const) {
        const { id } = await start(name, anyFile);
        expect(await loop.ended(id)).toMatchObject({ state: 'succeeded', config: { notes: name } });
        expect(await logsOf(loop, id)).toContain(text);
      }
    });

    test('unknown tasks and data sets are refused', async () => {
      await expect(loop.training.start({ ...request, task: 'paint', config: {} }, null)).rejects.toMatchObject({
        status: 404,
      });
      await expect(loop.training.start({ ...request, dataset: 'no', config: {} }, null)).rejects.toMatchObject({
        code: 'dataset.unknown',
      });
    });

    test('a running run can be cancelled, resumed from its checkpoint, and a waiting one cancelled', async () => {
      const { training } = loop;
      const first = await training.start({ ...request, config: { epochs: 40, pace: 50 } }, null);
      const second = await training.start({ ...request, config: {} }, null);
      while ((await findRun(loop.database.db, first.id)).fraction === 0) await sleep(20);
      expect(await training.cancel(second.id)).toMatchObject({ state: 'cancelled' });
      await training.cancel(String(first.number));
      expect(await loop.ended(first.id)).toMatchObject({ state: 'cancelled', error: null });
      await training.resume(first.id, null);
      expect(await loop.ended(first.id)).toMatchObject({ state: 'succeeded' });
      expect((await logsOf(loop, first.id)).at(-1)).toMatch(/resumed after epoch \d+/);
      await expect(training.resume(first.id, null)).rejects.toMatchObject({ code: 'run.state', status: 409 });
    });

    test('a training whose process dies fails with a reason and can be resumed', async () => {
      const { id } = await loop.training.start({ ...request, config: { epochs: 5, dieAt: 3 } }, null);
      expect(await loop.ended(id)).toMatchObject({ state: 'failed', error: { code: 'run.crashed' } });
      await loop.training.resume(id, null);
      expect(await loop.ended(id)).toMatchObject({ state: 'succeeded', error: null });
    });

    test('a finished run without a model can be deleted, one with a model not', async () => {
      const { id } = await loop.training.start({ ...request, config: { epochs: 2, dieAt: 1 } }, null);
      await loop.ended(id);
      await loop.training.remove(id);
      await expect(findRun(loop.database.db, id)).rejects.toMatchObject({ code: 'run.unknown' });
      const kept = await loop.training.start({ ...request, config: {} }, null);
      await expect(loop.training.remove(kept.id)).rejects.toMatchObject({ code: 'run.state' });
      await loop.ended(kept.id);
      await expect(loop.training.remove(kept.id)).rejects.toMatchObject({ code: 'run.hasModel' });
    });

    test('the live stream tells everything once, and goes on where a reader left', async () => {
      const { database, news, training } = loop;
      const signal = new AbortController().signal;
      const { id } = await training.start({ ...request, config: { epochs: 20, pace: 20 } }, null);
      const all: StreamEvent[] = [];
      for await (const event of streamRun(database.db, news, id, { signal })) all.push(event);
      const steps = (events: StreamEvent[]) =>
        events.flatMap(({ event, data }) => (event === 'metrics' ? [(data as { step: number }).step] : []));
      expect(steps(all)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(all.at(-1)).toMatchObject({ event: 'run', data: { state: 'succeeded' } });
      const tenth = all.find(({ data }) => (data as { step?: number }).step === 10);
      const rest: StreamEvent[] = [];
      for await (const event of streamRun(database.db, news, id, { after: tenth?.id ?? 0, signal })) rest.push(event);
      expect(steps(rest)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    });
  });

  describe('kill -9', () => {
    test('a run goes on from its checkpoint after its server was killed', async () => {
      const own = await testDatabase(holder.kind);
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-kill-'));
      const main = new URL('../testing/loop.test.main.js', import.meta.url);
      const child = fork(main, [directory, JSON.stringify({ epochs: 60, pace: 50 }), JSON.stringify(own.options)]);
      const [{ run }] = (await once(child, 'message')) as [{ run: string }];
      child.kill('SIGKILL');
      await once(child, 'exit');
      const loop = await openLoop(directory, own.options);
      // So that the test need not wait half a minute for the dead worker's heartbeat to grow old.
      await loop.database.db.execute(sql`UPDATE jobs SET heartbeat_at = now() - interval '1 hour'`);
      expect(await loop.ended(run)).toMatchObject({ state: 'succeeded', metrics: { accuracy: 1 } });
      const resumed = (await logsOf(loop, run)).find((message) => message.startsWith('resumed after epoch'));
      expect(Number(resumed?.split(' ').at(-1))).toBeGreaterThan(5);
      expect(loop.served.current('classify')).toMatchObject({ version: 1 });
      await loop.close();
      await own.remove();
      await rm(directory, { recursive: true, force: true });
    });

    test('a closing server hands its run to the next one', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-close-'));
      const first = await openLoop(directory, holder.options);
      const { id } = await first.training.start({ ...request, config: { epochs: 30, pace: 50 } }, null);
      while ((await findRun(first.database.db, id)).fraction < 0.2) await sleep(20);
      await first.close();
      const second = await openLoop(directory, holder.options);
      expect(await second.ended(id)).toMatchObject({ state: 'succeeded' });
      expect((await logsOf(second, id)).some((message) => message.startsWith('resumed after epoch'))).toBe(true);
      await second.close();
      await rm(directory, { recursive: true, force: true });
    });

    test('a run that its server gave back can be cancelled before another takes it up', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vitrine-back-'));
      const loop = await openLoop(directory, holder.options);
      const { id } = await loop.training.start({ ...request, config: { epochs: 30, pace: 50 } }, null);
      while ((await findRun(loop.database.db, id)).fraction === 0) await sleep(20);
      await loop.jobs.close();
      expect(await findRun(loop.database.db, id)).toMatchObject({ state: 'running' });
      expect(await loop.training.cancel(id)).toMatchObject({ state: 'cancelled', error: null });
      await loop.training.remove(id);
      await loop.close();
      await rm(directory, { recursive: true, force: true });
    });
  });
});
