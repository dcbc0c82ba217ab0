import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSnapshot } from '../testing/snapshot.test.fixture.js';
import { superviseTraining } from '../training/supervisor/supervise.js';
import { ServedModels } from './served-models.js';

const module = new URL('../testing/predictor.test.worker.js', import.meta.url);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitrine-serving-'));
  await writeSnapshot(join(directory, 'snapshot'));
  for (const name of ['first', 'second', 'broken']) await train(name);
  await truncate(join(directory, 'broken', 'counts.json'), 20);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const train = (name: string) =>
  superviseTraining(
    {
      task: 'classify',
      snapshotDir: join(directory, 'snapshot'),
      config: { epochs: 1 },
      workDir: join(directory, `${name}-work`),
      artifactDir: join(directory, name),
      seed: 1,
      engine: { threads: 1, providers: ['cpu'], arena: true },
    },
    {
      module: new URL('../testing/trainer.test.main.js', import.meta.url),
      signal: new AbortController().signal,
      graceMs: () => 500,
      write: async () => {},
    },
  );
const version = (number: number) => ({ id: `m${number}`, task: 'classify', version: number });
const served = () => new ServedModels({ threads: 1 }, { module });

test('without a model the answer says how to get one', async () => {
  await expect(served().predict('classify', { title: 'boot' })).rejects.toMatchObject({
    code: 'model.none',
    message: expect.stringContaining('promote'),
  });
});

test('a request that comes while the first model is opened is answered by it', async () => {
  const models = served();
  models.begin(sleep(20).then(() => models.swap(version(1), join(directory, 'first'))));
  expect(await models.predict('classify', { title: 'leather boot' })).toMatchObject({ model: { version: 1 } });
  await models.close();
});

test('swapping models under load drops no request, and old and new both answer', async () => {
  const models = served();
  await models.swap(version(1), join(directory, 'first'));
  let asking = true;
  const answers: Promise<number>[] = [];
  const load = (async () => {
    for (; asking; await sleep(1))
      for (let client = 0; client < 4; client++)
        answers.push(models.predict('classify', { title: 'leather boot' }).then(({ model }) => model.version));
  })();
  for (const number of [2, 3, 4]) {
    await sleep(30);
    await models.swap(version(number), join(directory, number % 2 ? 'first' : 'second'));
  }
  await sleep(30);
  asking = false;
  await load;
  await models.close();
  const versions = await Promise.all(answers);
  expect(versions.length).toBeGreaterThan(100);
  expect([...new Set(versions)].sort()).toEqual([1, 2, 3, 4]);
});

test('an artifact cut short is refused and the old model goes on', async () => {
  const models = served();
  await models.swap(version(1), join(directory, 'first'));
  await expect(models.swap(version(2), join(directory, 'broken'))).rejects.toMatchObject({ code: 'artifact.invalid' });
  expect(models.current('classify')?.version).toBe(1);
  await expect(models.predict('classify', { title: 'boot' })).resolves.toMatchObject({ model: { version: 1 } });
  await models.close();
});

test('when the promotion can’t be recorded the old model goes on', async () => {
  const models = served();
  await models.swap(version(1), join(directory, 'first'));
  const commit = () => Promise.reject(new Error('no database'));
  await expect(models.swap(version(2), join(directory, 'second'), commit)).rejects.toThrow('no database');
  expect(models.current('classify')?.version).toBe(1);
  await models.close();
});

test('a model whose thread dies fails its own callers with 503 and is started again', async () => {
  const models = served();
  await models.swap(version(1), join(directory, 'first'));
  await expect(models.predict('classify', { title: 'end the thread' })).rejects.toMatchObject({
    code: 'model.crashed',
    status: 503,
  });
  await expect(models.predict('classify', { title: 'leather boot' })).resolves.toMatchObject({
    output: { predictions: [{ code: 'boots' }, { code: 'shirts' }] },
  });
  await models.close();
});

test('an input the model can’t read fails alone', async () => {
  const models = served();
  await models.swap(version(1), join(directory, 'first'));
  const [empty, good] = await Promise.allSettled([
    models.predict('classify', { title: '<b></b>' }),
    models.predict('classify', { title: 'shirt' }),
  ]);
  expect(empty).toMatchObject({ reason: { code: 'input.empty', status: 422 } });
  expect(good.status).toBe('fulfilled');
  await models.close();
});
