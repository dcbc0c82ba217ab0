import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Outcome, shownOn, startedOn, vitrineOn } from './testing/command.test.fixture.js';

/** Each test goes on from the one before, on one data directory and beside one server. */
let folder: string;
let dataDir: string;
let server: Awaited<ReturnType<typeof startedOn>>;

const vitrine = (...words: string[]): Promise<Outcome> => vitrineOn(dataDir, ...words);
const shown = (...words: string[]) => shownOn(dataDir, ...words);
/** The error's code of a command that must fail. */
async function refused(...words: string[]): Promise<string | undefined> {
  const { code, answer } = await vitrine(...words);
  expect(code).not.toBe(0);
  return answer.error?.code;
}
const training = ['train', 'classify', '--data', 'shop'];
const learning = [...training, 'model=text', 'text.members=1'];
/** A network whose weights stay as they were drawn. */
const guessing = [...training, 'model=lstm', 'epochs=1', 'lr=1e-9', 'text.dim=4', 'text.hidden=4', 'text.length=8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-commands-'));
  dataDir = join(folder, 'data');
  const garments = ['coat', 'boots', 'scarf'];
  const words = ['wool', 'linen', 'blue', 'green', 'classic', 'soft', 'winter'];
  const rows = Array.from({ length: 120 }, (_, index) => {
    const garment = garments[index % 3];
    return `p${index},${words[index % 7]} ${garment} ${words[(index * 5) % 7]} no ${index},${garment}`;
  });
  await writeFile(join(folder, 'listings.csv'), `id,title,category\n${rows.join('\n')}\n`);
  server = await startedOn(dataDir);
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('data', () => {
  test('list names every data set with its counts, and before the first says how to import one', async () => {
    expect((await shown('data', 'list')).stdout).toContain('vitrine data import');
    for (const name of ['shop', 'spare'])
      await vitrine('data', 'import', 'products', join(folder, 'listings.csv'), '--name', name);
    const { stdout } = await shown('data', 'list');
    expect(stdout).toMatch(/^name +format +rows +rejected/);
    for (const name of ['shop', 'spare']) expect(stdout).toMatch(new RegExp(`^${name} +products +120 +0 +3`, 'm'));
  });

  test('delete removes one, and only that', async () => {
    expect(await vitrine('data', 'delete', 'spare')).toEqual({ code: 0, answer: { deleted: 'spare' } });
    expect((await vitrine('data', 'list')).answer).toMatchObject([{ name: 'shop' }]);
    expect(await refused('data', 'delete', 'spare')).toBe('dataset.unknown');
  });
});

describe('train and models', () => {
  test('promote puts a better version into production', async () => {
    const first = await vitrine(...guessing);
    expect(first.answer).toMatchObject({ state: 'succeeded', promoted: true });
    const better = await vitrine(...learning, 'epochs=4');
    expect(better.answer).toMatchObject({ state: 'succeeded', promoted: false, refusal: null });
    expect((await vitrine('models', 'promote', 'classify@2')).answer).toMatchObject({
      version: 2,
      stage: 'production',
    });
  });

  test('train --promote of a worse one says why it stays a candidate', async () => {
    const { code, stdout } = await shown(...guessing, '--promote');
    expect(code).toBe(0);
    expect(stdout).toMatch(/It was not promoted\. This version does worse than the one in production: accuracy .*\n/);
    expect(stdout).toContain('The model is a candidate: vitrine models promote');
    expect(await refused('models', 'promote', 'classify@3')).toBe('model.gate');
  });

  test('show tells one version with its metrics, by task, version or id', async () => {
    const { answer } = await vitrine('models', 'show', 'classify');
    expect(answer).toMatchObject({ task: 'classify', version: 2, stage: 'production', dataset: 'shop' });
    expect((await vitrine('models', 'show', String(answer.id))).answer).toEqual(answer);
    const { stdout } = await shown('models', 'show', 'classify@3');
    expect(stdout).toMatch(/^classify@3 · candidate · .* · accuracy 0\.\d+\n(?: {2}\w+ +[\d.]+\n)+/);
    expect(await refused('models', 'show', 'classify@9')).toBe('model.unknown');
  });

  test('rollback goes back to the version before, once', async () => {
    expect((await vitrine('models', 'rollback', 'classify')).answer).toMatchObject({ version: 1, stage: 'production' });
    expect(await refused('models', 'rollback', 'classify')).toBe('model.noPrevious');
    expect((await vitrine('models', 'promote', 'classify@3', '--force')).answer).toMatchObject({ version: 3 });
  });

  test('delete removes a candidate, and not what is in production', async () => {
    expect(await refused('models', 'delete', 'classify@3')).toBe('model.inProduction');
    expect(await vitrine('models', 'delete', 'classify@1')).toEqual({ code: 0, answer: { deleted: 'classify@1' } });
    expect((await vitrine('models', 'list')).answer).toMatchObject([{ version: 3 }, { version: 2 }]);
  });
});

describe('runs', () => {
  test('list shows the newest first, as many as asked for', async () => {
    expect((await vitrine('runs', 'list', '--limit', '2')).answer).toMatchObject({
      total: 3,
      items: [{ number: 3 }, { number: 2 }],
    });
    const { stdout } = await shown('runs', 'list', '--task', 'classify');
    expect(stdout).toMatch(/^run +task +data +state +metric +started\n#3 +classify +shop +succeeded +accuracy 0\.\d+/);
    expect(await refused('runs', 'list', '--limit', '0')).toBe('cli.number');
  });

  test('show tells settings, metrics and the last words of a run', async () => {
    const { stdout } = await shown('runs', 'show', '3');
    expect(stdout).toMatch(/^Run #3 · classify on shop · succeeded · seed 1 · snapshot [0-9a-f]{12}\n/);
    for (const part of ['epochs = 1', 'lr = 1e-9', 'warn Not promoted: This version does worse'])
      expect(stdout).toContain(part);
    expect(await refused('runs', 'show', '99')).toBe('run.unknown');
  });

  test('compare sets what differs side by side, the best marked', async () => {
    const { stdout } = await shown('runs', 'compare', '2', '3');
    expect(stdout).toMatch(/#2 shop +#3 shop/);
    expect(stdout).toMatch(/^epochs +4 +1$/m);
    expect(stdout).toMatch(/^accuracy +[01]\.\d+ \* +0\.\d+$/m);
    expect(stdout).not.toMatch(/^model +/m);
    expect(await refused('runs', 'compare', '2')).toBe('run.compare');
  });

  test('cancel ends a run, which resume takes up again', async () => {
    const started = await vitrine(...training, 'model=lstm', 'epochs=200', 'patience=200', '--detach');
    expect(started).toMatchObject({ code: 0, answer: { number: 4, promoted: false } });
    const { code, answer } = await vitrine('runs', 'cancel', '4');
    expect([code, answer.number]).toEqual([0, 4]);
    expect(await vitrine('runs', 'show', '4', '--follow')).toMatchObject({
      code: 130,
      answer: { error: { code: 'cancelled' } },
    });
    expect((await vitrine('runs', 'resume', '4')).answer).toMatchObject({ number: 4, error: null, finishedAt: null });
    await vitrine('runs', 'cancel', '4');
    expect(await refused('runs', 'resume', '2')).toBe('run.state');
  });
});

describe('users and keys', () => {
  const email = 'ada@example.com';
  const asked = async (secret: unknown) =>
    (await fetch(`${server.url}/api/v1/datasets`, { headers: { authorization: `Bearer ${secret}` } })).status;

  test('an account is created with a password that is shown once, listed and changed', async () => {
    const { answer } = await vitrine('users', 'create', email, '--role', 'engineer', '--name', 'Ada');
    expect(answer).toMatchObject({ email, name: 'Ada', role: 'engineer', password: expect.stringMatching(/^.{16}$/) });
    expect(await refused('users', 'create', email)).toBe('user.exists');
    const { stdout } = await shown('users', 'list');
    expect(stdout).toMatch(/^email +name +role +created +last seen\nada@example\.com +Ada +engineer/);
    expect(stdout).not.toContain(String(answer.password));
    expect((await shown('users', 'update', 'ADA@example.com', '--disable')).stdout).toBe(`${email} is disabled.\n`);
    expect((await vitrine('users', 'update', email, '--enable')).answer).toMatchObject({ disabled: false });
  });

  test('a key of hers opens what its scopes allow, until it is revoked', async () => {
    const { answer } = await vitrine(
      'keys',
      'create',
      'script',
      '--user',
      email,
      '--scopes',
      'train,predict',
      '--days',
      '7',
    );
    expect(answer).toMatchObject({ name: 'script', scopes: ['train', 'predict'], secret: expect.any(String) });
    expect(await asked(answer.secret)).toBe(200);
    const narrow = await vitrine('keys', 'create', 'till', '--user', email);
    expect(await asked(narrow.answer.secret)).toBe(403);
    const { stdout } = await shown('keys', 'list', '--user', email);
    expect(stdout).toMatch(/^script +\S+ +train predict/m);
    expect(stdout).not.toContain(String(answer.secret));
    const id = String(answer.id);
    expect(await vitrine('keys', 'revoke', id, '--user', email)).toEqual({ code: 0, answer: { revoked: id } });
    expect(await asked(answer.secret)).toBe(401);
  });

  test('delete removes the account, with its keys', async () => {
    expect((await vitrine('users', 'delete', email)).answer).toEqual({ deleted: email });
    expect((await vitrine('users', 'list')).answer).toEqual([]);
    expect(await refused('users', 'delete', email)).toBe('user.unknown');
    expect(await refused('keys', 'list', '--user', email)).toBe('user.unknown');
  });
});

describe('worker', () => {
  test('says that it needs a database to share, and does nothing', async () => {
    vi.stubEnv('DATABASE_URL', '');
    const { code, stderr } = await shown('worker');
    vi.unstubAllEnvs();
    expect([code, stderr]).toEqual([2, expect.stringMatching(/set DATABASE_URL.*vitrine start/)]);
  });
});
