import { VitrineError } from '@vitrine/models';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { removeDir, testDataDir } from '../platform/testing/data-dir.test.fixture.js';
import { openServer, type Server } from '../server.js';
import { type Send, sender } from '../testing/http.test.fixture.js';
import { nextTime, Schedules } from './schedules.js';
import { schedules as table } from './tables.js';

let dataDir: string;
let server: Server;
let send: Send;
let started: string[];

beforeAll(async () => {
  dataDir = await testDataDir();
  const quiet = { listen: false, logLevel: 'error', sampleShop: false, serveModels: false } as const;
  server = await openServer({ dataDir, ...quiet });
  send = sender(server);
});
afterAll(async () => {
  await server.close();
  await removeDir(dataDir);
});
const define = (schedules: Schedules) =>
  schedules.define({
    kind: 'test',
    target: z.object({ what: z.string() }),
    check: async ({ what }) => {
      if (what === 'nothing') throw new VitrineError('test.nothing', 'There is nothing.', 404);
    },
    start: async ({ what }) => {
      if (what === 'broken') throw new VitrineError('test.broken', 'It is broken.', 409);
      started.push(what);
      return { id: `job-of-${what}` };
    },
  });
beforeEach(() => {
  started = [];
  define(server.context.schedules);
});
const create = (body: object) => send('POST', '/schedules', body);
const inAnHour = () => new Date(Date.now() + 3_600_000);

describe('a schedule', () => {
  it('is due at the times of its zone, in summer and winter', () => {
    const after = (day: string) => nextTime('0 3 * * *', 'Europe/Paris', new Date(day)).toISOString();
    expect(after('2026-01-10T12:00:00Z')).toBe('2026-01-11T02:00:00.000Z');
    expect(after('2026-07-10T12:00:00Z')).toBe('2026-07-11T01:00:00.000Z');
  });

  it('starts what is due once, with two processes too, and once for all the times that were missed', async () => {
    const { body } = await create({ kind: 'test', target: { what: 'a' }, cron: '*/10 * * * *' });
    const { schedules, db } = server.context;
    // By a clock of its own: the machine's may just pass ten minutes.
    const due = Date.parse(String(body.nextAt));
    await schedules.startDue(new Date(due - 1));
    expect(started).toEqual([]);
    const other = new Schedules(db, () => undefined);
    define(other);
    const now = inAnHour();
    await Promise.all([schedules.startDue(now), other.startDue(now)]);
    await schedules.startDue(now);
    expect(started).toEqual(['a']);
    const [row] = (await send('GET', '/schedules')).body as unknown as { lastJob: string; nextAt: string }[];
    expect(row?.lastJob).toBe('job-of-a');
    expect(Date.parse(row?.nextAt ?? '')).toBeGreaterThan(now.getTime());
    expect((await send('DELETE', `/schedules/${body.id}`)).status).toBe(204);
  });

  it('that is switched off starts nothing; one whose start fails says why and goes on', async () => {
    const off = (await create({ kind: 'test', target: { what: 'b' }, cron: '* * * * *' })).body;
    await send('PATCH', `/schedules/${off.id}`, { enabled: false });
    const broken = (await create({ kind: 'test', target: { what: 'broken' }, cron: '* * * * *' })).body;
    const { schedules, db } = server.context;
    await schedules.startDue(inAnHour());
    expect(started).toEqual([]);
    const [row] = await db
      .select()
      .from(table)
      .where(eq(table.id, String(broken.id)));
    expect(row).toMatchObject({ problem: 'It is broken.', enabled: true });
    for (const { id } of [off, broken]) await send('DELETE', `/schedules/${id}`);
  });

  it.each([
    [{ kind: 'test', target: { what: 'a' }, cron: 'every day' }, 422, 'schedule.cron'],
    [{ kind: 'test', target: { what: 'a' }, cron: '0 3 * * *', timezone: 'Nowhere' }, 422, 'schedule.cron'],
    [{ kind: 'test', target: { what: 'a' }, cron: '0 0 31 2 *' }, 422, 'schedule.cron'],
    [{ kind: 'test', target: {}, cron: '0 3 * * *' }, 422, 'schedule.target'],
    [{ kind: 'test', target: { what: 'nothing' }, cron: '0 3 * * *' }, 404, 'test.nothing'],
    [{ kind: 'tidy', target: {}, cron: '0 3 * * *' }, 422, 'schedule.kind'],
    [{ kind: 'collect', target: { site: 'nowhere' }, cron: '0 3 * * *' }, 404, 'collect.unknown'],
    [{ kind: 'train', target: { task: 'classify', dataset: 'none' }, cron: '0 3 * * *' }, 404, 'dataset.unknown'],
    [{ kind: 'train', target: { task: 'sew', dataset: 'none' }, cron: '0 3 * * *' }, 404, 'task.unknown'],
    [{ kind: 'pipeline', target: { input: { task: 'sew' } }, cron: '0 3 * * *' }, 404, 'task.unknown'],
    [{ kind: 'pipeline', target: { input: {} }, cron: '0 3 * * *' }, 422, 'pipeline.input'],
    [{ kind: 'pipeline', target: { pipeline: 'sew', input: {} }, cron: '0 3 * * *' }, 422, 'pipeline.kind'],
  ])('%j is refused', async (body, status, code) => {
    const answer = await create(body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  });

  it('that is not there can’t be changed', async () => {
    expect((await send('PATCH', '/schedules/none', { enabled: true })).body.error?.code).toBe('schedule.unknown');
    expect((await send('DELETE', '/schedules/none')).status).toBe(404);
  });
});
