import '../../testing/words.test.fixture.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestShop } from '../../collect/testing/shop.test.fixture.js';
import { openServer, type Server } from '../../server.js';
import { type Send, sender } from '../../testing/http.test.fixture.js';
import { testModules } from '../../testing/loop.test.fixture.js';
import type { Pipeline } from '../api.js';

describe('the pipeline that learns', () => {
  let directory: string;
  let server: Server;
  let send: Send;
  let shop: TestShop;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitrine-learn-'));
    shop = await new TestShop(30).open();
    const quiet = { listen: false, sampleShop: false, requestsPerMinute: 0, logLevel: 'error' } as const;
    server = await openServer({ dataDir: directory, ...quiet, taskModules: testModules, collectFrom: ['127.0.0.1'] });
    send = sender(server);
    await send('POST', '/categories', { code: 'boots', name: 'Boots' });
    for (let index = 0; index < 30; index++) {
      const title = `leather boot with a heel, number ${index}`;
      await send('POST', '/products', { title, description: '', category: 'boots' });
    }
    await send('POST', '/collect/sites', { config: shop.config() });
  });
  afterAll(async () => {
    await server.close();
    shop.close();
    await rm(directory, { recursive: true, force: true });
  });

  const begin = (input: object) => send('POST', '/pipelines', { input });
  const ended = async (id: unknown): Promise<Pipeline> => {
    for (;;) {
      const { body } = await send('GET', `/pipelines/${id}`);
      if (body.state !== 'running') return body as unknown as Pipeline;
      await sleep(100);
    }
  };
  const states = ({ steps }: Pipeline) => steps.map(({ name, state }) => `${name} ${state}`);
  const step = ({ steps }: Pipeline, name: string) => steps.find((one) => one.name === name);

  it('goes from a site to a model in production, and says what it did', async () => {
    const { status, body } = await begin({ task: 'classify', site: 'test-shop', config: { epochs: 2 } });
    expect([status, body.title]).toEqual([201, 'Learn classify from test-shop']);
    const pipeline = await ended(body.id);
    expect(states(pipeline)).toEqual([
      ...['collect succeeded', 'snapshot succeeded', 'check succeeded', 'train succeeded', 'evaluate succeeded'],
      ...['gate succeeded', 'promote succeeded', 'index skipped'],
    ]);
    expect(step(pipeline, 'collect')).toMatchObject({
      output: { products: 30, failed: 0 },
      links: [{ kind: 'site', id: 'test-shop' }],
    });
    expect(step(pipeline, 'snapshot')?.output).toEqual({ dataset: 'catalogue', rows: 60 });
    expect(step(pipeline, 'train')?.links).toMatchObject([{ kind: 'run', title: 'Run 1' }]);
    expect(step(pipeline, 'evaluate')?.output).toMatchObject({ metric: 'accuracy', productionId: null });
    expect(step(pipeline, 'promote')?.log.at(-1)?.message).toBe('classify@1 is in production.');
    expect((await send('GET', '/models/classify')).body.version).toBe(1);
  });

  it('leaves the model in production where the new one does worse', async () => {
    const { body } = await begin({ task: 'classify', config: { epochs: 1, blind: true } });
    const pipeline = await ended(body.id);
    expect(pipeline.state).toBe('succeeded');
    expect(states(pipeline).slice(-3)).toEqual(['gate succeeded', 'promote skipped', 'index skipped']);
    expect(step(pipeline, 'promote')?.message).toMatch(/stays: accuracy \d+\.\d % against 100\.0 %/);
    expect((await send('GET', '/models/classify')).body.version).toBe(1);
  });

  it('resumes the run of a training that died, by itself', async () => {
    const input = { task: 'classify', dataset: 'catalogue', config: { epochs: 3, dieAt: 2 }, promote: false };
    const { body } = await begin(input);
    for (;;) {
      const { body: now } = await send('GET', `/pipelines/${body.id}`);
      const training = step(now as unknown as Pipeline, 'train');
      if (training?.retryAt) break;
      await sleep(50);
    }
    // Not waited for: the policy's half minute.
    await send('POST', `/pipelines/${body.id}/cancel`);
    expect((await send('POST', `/pipelines/${body.id}/steps/train/retry`)).status).toBe(200);
    const pipeline = await ended(body.id);
    expect(step(pipeline, 'train')).toMatchObject({ state: 'succeeded', attempts: 2 });
    expect(step(pipeline, 'train')?.log.map(({ message }) => message)).toContain('Run #3 goes on.');
    expect(states(pipeline).slice(0, 2)).toEqual(['collect skipped', 'snapshot skipped']);
  });

  it.each([
    [{ task: 'sew' }, 404, 'task.unknown'],
    [{ task: 'classify', site: 'nowhere' }, 404, 'collect.unknown'],
    [{ task: 'classify', dataset: 'nothing' }, 404, 'dataset.unknown'],
    [{ task: 'classify', config: { epoch: 1 } }, 422, 'config.invalid'],
    [{ task: 'classify', notes: '/etc/passwd' }, 422, 'pipeline.input'],
    [{}, 422, 'pipeline.input'],
  ])('%j is refused before anything begins', async (input, status, code) => {
    const answer = await begin(input);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  });

  it('begins by the clock', async () => {
    const target = { input: { task: 'classify', dataset: 'catalogue', config: { epochs: 1 }, promote: false } };
    const { body } = await send('POST', '/schedules', { kind: 'pipeline', target, cron: '0 3 * * *' });
    await server.context.schedules.startDue(new Date(Date.now() + 86_400_000));
    const [schedule] = (await send('GET', '/schedules')).body as unknown as { id: string; lastJob: string }[];
    expect(schedule?.id).toBe(body.id);
    expect(await ended(schedule?.lastJob)).toMatchObject({ state: 'succeeded', createdBy: null });
  });
});
