import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../platform/testing/databases.test.fixture.js';
import { describeOnEachDatabase } from '../platform/testing/each-database.test.fixture.js';
import { type Loop, openLoop } from '../testing/loop.test.fixture.js';
import { commitPromotion, findModel, listModels } from './model-store.js';
import { models } from './tables.js';

describeOnEachDatabase('the registry', (holder) => {
  let directory: string;
  let loop: Loop;
  /** Model references by what they are. */
  let good: string;
  let blind: string;
  let other: string;

  const train = async (config: Record<string, unknown>, dataset = 'test') => {
    const { id } = await loop.training.start({ task: 'classify', dataset, config, promote: false }, 'ada');
    return (await loop.ended(id)).modelId as string;
  };
  const inProduction = async () =>
    (await listModels(loop.database.db, { task: 'classify', stage: 'production' })).map(({ id }) => id);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitrine-registry-'));
    loop = await openLoop(directory, holder.options);
    good = await train({ epochs: 1 });
    blind = await train({ epochs: 1, blind: true });
    other = await train({ epochs: 1 }, 'other');
  });
  afterAll(async () => {
    await loop.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('versions count within the task and are found by id, version and task', async () => {
    const { registry } = loop;
    expect((await registry.get(good)).version).toBe(1);
    expect((await registry.get('classify@2')).id).toBe(blind);
    await expect(registry.get('classify')).rejects.toMatchObject({ code: 'model.none', status: 409 });
    await expect(registry.get('nothing')).rejects.toMatchObject({ code: 'model.unknown', status: 404 });
  });

  test('the gate lets the first model pass, refuses a worse one, and force overrides it', async () => {
    const { registry, served } = loop;
    await registry.promote(good, { by: 'ada' });
    expect(served.current('classify')?.id).toBe(good);
    await expect(registry.promote(blind, { by: 'ada' })).rejects.toMatchObject({
      code: 'model.gate',
      status: 409,
      details: { metric: 'accuracy', candidate: 0.5, production: 1 },
    });
    expect(await inProduction()).toEqual([good]);
    expect(await registry.promote(blind, { by: 'ada', force: true })).toMatchObject({
      stage: 'production',
      promotedBy: 'ada',
    });
    expect(await inProduction()).toEqual([blind]);
    expect(served.current('classify')?.id).toBe(blind);
  });

  test('rolling back brings what was there before, and then there is nothing more to go back to', async () => {
    const { registry, served } = loop;
    expect(await registry.rollback('classify', 'ada')).toMatchObject({ id: good, stage: 'production' });
    expect(served.current('classify')?.id).toBe(good);
    await expect(registry.rollback('classify', 'ada')).rejects.toMatchObject({ code: 'model.noPrevious', status: 409 });
  });

  test('promoted twice at once, a version is put into production once, and rolled back to the one before', async () => {
    const { registry } = loop;
    await registry.promote(good, { by: 'ada', force: true });
    const twice = [1, 2].map(() => registry.promote(blind, { by: 'ada', force: true }));
    await Promise.all(twice);
    expect(await inProduction()).toEqual([blind]);
    expect(await registry.rollback('classify', 'ada')).toMatchObject({ id: good });
  });

  test('what was compared with one version does not replace another that went into production meanwhile', async () => {
    const { db } = loop.database;
    const candidate = await findModel(db, blind);
    const late = commitPromotion(db, candidate, { by: 'ada', beaten: other });
    await expect(late).rejects.toMatchObject({ code: 'model.overtaken', status: 409 });
    expect(await inProduction()).toEqual([good]);
  });

  test('models of different data sets are compared on the candidate’s test split', async () => {
    const { registry } = loop;
    expect(await registry.promote(other, { by: 'ada' })).toMatchObject({ stage: 'production' });
    await expect(registry.promote(good, { by: 'ada' })).resolves.toMatchObject({ stage: 'production' });
  });

  test('a model that learnt from rows the candidate is tested on is compared by its recorded value', async () => {
    const { registry } = loop;
    await registry.promote(await train({ epochs: 1, refit: true }), { by: 'ada', force: true });
    const worse = await train({ epochs: 1, blind: true }, 'other');
    await expect(registry.promote(worse, { by: 'ada' })).rejects.toMatchObject({
      code: 'model.gate',
      details: { candidate: 0.5, production: 1, basis: 'own' },
    });
  });

  test('however good on its own data, a model of unrelated data is measured on the candidate’s', async () => {
    const { registry } = loop;
    const weak = await train({ epochs: 1, blind: true }, 'unrelated');
    expect(await registry.promote(weak, { by: 'ada' })).toMatchObject({
      stage: 'production',
      metrics: { accuracy: 0.5 },
    });
    await registry.promote(good, { by: 'ada', force: true });
  });

  test('an artifact cut short is refused at promotion and when it is located; the old model stays', async () => {
    const { registry, served } = loop;
    const hurt = await train({ epochs: 1 });
    const { directory: place } = await registry.locate(hurt);
    await truncate(join(place, 'counts.json'), 10);
    await expect(registry.locate(hurt)).rejects.toMatchObject({ code: 'artifact.invalid' });
    await expect(registry.promote(hurt, { by: null, force: true })).rejects.toMatchObject({
      code: 'artifact.invalid',
      message: expect.stringContaining('counts.json'),
    });
    expect(served.current('classify')?.id).toBe(good);
    expect(await inProduction()).toEqual([good]);
  });

  test('a version in production that was cut short is named after a restart; rolling back serves again', async () => {
    const hurt = await train({ epochs: 1 });
    const { directory: place } = await loop.registry.locate(hurt);
    const { version } = await loop.registry.promote(hurt, { by: null, force: true });
    await loop.close();
    await truncate(join(place, 'counts.json'), 10);
    loop = await openLoop(directory, holder.options);
    await expect(loop.served.predict('classify', { title: 'boot' })).rejects.toMatchObject({
      code: 'model.broken',
      status: 503,
      message: expect.stringMatching(
        new RegExp(`^classify@${version} .*counts\\.json is cut short.* rollback classify`),
      ),
    });
    await loop.registry.rollback('classify', null);
    await expect(loop.served.predict('classify', { title: 'boot' })).resolves.toMatchObject({ model: { id: good } });
    expect(await inProduction()).toEqual([good]);
  });

  test('the database itself refuses a second model in production', async () => {
    const { db } = loop.database;
    await expect(db.update(models).set({ stage: 'production' }).where(eq(models.id, blind))).rejects.toThrow();
  });

  test('an exported artifact can be imported; anything else is refused with a reason', async () => {
    const { registry } = loop;
    const { directory: place } = await registry.locate(good);
    const copy = join(directory, 'export');
    await cp(place, copy, { recursive: true });
    expect(await registry.import(copy)).toMatchObject({ stage: 'candidate', runId: null, metrics: { accuracy: 1 } });
    await truncate(join(copy, 'counts.json'), 10);
    await expect(registry.import(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    await writeFile(join(copy, 'model.json'), '{"task":');
    await expect(registry.import(copy)).rejects.toMatchObject({ code: 'artifact.invalid' });
    await expect(registry.import(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'artifact.invalid' });
  });

  test('a version in production can’t be deleted, others can', async () => {
    const { registry } = loop;
    await expect(registry.remove(good)).rejects.toMatchObject({ code: 'model.inProduction', status: 409 });
    await registry.remove(blind);
    await expect(registry.get(blind)).rejects.toMatchObject({ code: 'model.unknown' });
  });

  test('a version is measured on any data set', async () => {
    const evaluation = await loop.registry.evaluate(good, { dataset: 'other', split: 'test' });
    expect(evaluation.metrics.accuracy).toBeCloseTo(0.5);
    expect(evaluation).toMatchObject({ learntFrom: false, recorded: null });
  });

  test('measured on rows that it has learnt from, a version says so, and what it reached before', async () => {
    const { registry } = loop;
    const refitted = await train({ epochs: 1, refit: true });
    const on = async (model: string, split: 'train' | 'test' | 'all', dataset = 'test') => {
      const { learntFrom, recorded } = await registry.evaluate(model, { dataset, split });
      return [learntFrom, recorded?.accuracy ?? null];
    };
    expect(await on(refitted, 'test')).toEqual([true, 1]);
    expect(await on(refitted, 'all')).toEqual([true, null]);
    expect(await on(good, 'test')).toEqual([false, null]);
    expect(await on(good, 'train')).toEqual([true, null]);
    expect(await on(refitted, 'test', 'unrelated')).toEqual([false, null]);
  });

  test.each([
    ['before', 1],
    ['after', 2],
  ])('a server killed %s a promotion is recorded comes back with one model in production', async (moment, version) => {
    const own = await testDatabase(holder.kind);
    const place = await mkdtemp(join(tmpdir(), 'vitrine-promotion-'));
    const child = fork(new URL('../testing/promotion.test.main.js', import.meta.url), [
      place,
      moment,
      JSON.stringify(own.options),
    ]);
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    const after = await openLoop(place, own.options);
    const production = await listModels(after.database.db, { stage: 'production' });
    expect(production.map((model) => model.version)).toEqual([version]);
    expect(after.served.current('classify')?.version).toBe(version);
    await after.close();
    await own.remove();
    await rm(place, { recursive: true, force: true });
  });
});
