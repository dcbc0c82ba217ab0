import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { LoginGuard } from './login-guard.js';
import { type As, cookieOf, type TestServer, testServer } from './testing.test.fixture.js';

const password = 'a long enough one';
const person = (name: string) => ({ email: `${name}@example.com`, name, password });
const codeOf = (answer: { statusCode: number; json(): { error?: { code: string } } }) => [
  answer.statusCode,
  answer.json().error?.code,
];

let server: TestServer;
let admin: As;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.remove());

const signIn = async (name: string, secret = password) =>
  server.call('POST', '/auth/login', { email: `${name}@example.com`, password: secret });
const addUser = async (name: string, role: string) =>
  (await server.call('POST', '/users', { ...person(name), role }, admin)).json() as { id: string };

describe('the first visitor', () => {
  test('is asked for; of several at once, one becomes administrator', async () => {
    expect((await server.call('GET', '/setup')).json()).toMatchObject({ needed: true, registrationOpen: false });
    const names = ['ada', 'bob', 'cleo'];
    const answers = await Promise.all(names.map((name) => server.call('POST', '/auth/register', person(name))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 403, 403]);
    const first = answers.find(({ statusCode }) => statusCode === 201);
    expect(first?.json().role).toBe('admin');
    admin = cookieOf(first as NonNullable<typeof first>);
    expect((await server.call('GET', '/setup')).json().needed).toBe(false);
    expect(codeOf(await server.call('POST', '/auth/register', person('dora')))).toEqual([403, 'auth.closed']);
  });

  test('an open registration makes sellers', async () => {
    const settle = (registrationOpen: boolean) =>
      server.call('PUT', '/settings', { shopName: 'Corner shop', registrationOpen }, admin);
    expect((await settle(true)).json()).toEqual({ shopName: 'Corner shop', registrationOpen: true });
    expect((await server.call('GET', '/setup')).json()).toMatchObject({ shopName: 'Corner shop' });
    const answer = await server.call('POST', '/auth/register', person('dora'));
    expect(answer.json()).toMatchObject({ role: 'seller', email: 'dora@example.com' });
    expect(
      codeOf(await server.call('POST', '/auth/register', { ...person('dora'), email: 'DORA@example.com' })),
    ).toEqual([409, 'user.exists']);
    expect(codeOf(await server.call('PUT', '/settings', { shopName: ' ' }, admin))).toEqual([422, 'request.invalid']);
    await settle(false);
    expect(codeOf(await server.call('POST', '/auth/register', person('late')))).toEqual([403, 'auth.closed']);
  });

  test.each([
    [{ ...person('x'), password: 'short' }, 'password'],
    [{ ...person('x'), email: 'not an address' }, 'email'],
    [{ ...person('x'), name: '' }, 'name'],
    [{ email: 'x@example.com' }, 'password'],
    [[], 'body'],
    ['null', 'body'],
  ])('bad input %# is refused and named', async (body, field) => {
    const answer = await server.call('POST', '/auth/register', body, { 'content-type': 'application/json' });
    expect(codeOf(answer)).toEqual([422, 'request.invalid']);
    expect(answer.json().error.message).toContain(field);
  });
});

describe('signing in', () => {
  beforeAll(() => addUser('sam', 'seller'));
  afterEach(() => void vi.useRealTimers());
  /** The first lock lasts a second, within which a busy machine may not come to ask again. */
  const stopClock = () => void vi.useFakeTimers({ toFake: ['Date'] });

  test('gives a cookie that scripts can’t read and no other site’s post carries', async () => {
    const answer = await signIn('sam');
    expect(answer.cookies[0]).toMatchObject({ name: 'vitrine_session', httpOnly: true, sameSite: 'Lax', path: '/' });
    expect((await server.call('GET', '/me', undefined, cookieOf(answer))).json().name).toBe('sam');
    expect(answer.body).not.toContain('hash');
  });

  test('the token is stored as a hash alone', async () => {
    const token = (await signIn('sam')).cookies[0]?.value ?? '';
    const { rows } = await server.context.db.execute(sql`SELECT * FROM sessions`);
    expect(token.length).toBeGreaterThanOrEqual(43);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('a wrong password and an unknown email get the same answer', async () => {
    const [wrong, unknown] = [await signIn('sam', 'wrong'), await signIn('nobody', 'wrong')];
    expect(codeOf(wrong)).toEqual([401, 'auth.credentials']);
    expect(unknown.json()).toEqual(wrong.json());
  });

  test('is locked after repeated failures, for unknown emails alike, and says for how long', async () => {
    stopClock();
    for (const name of ['sam', 'nobody2']) {
      let answer = await signIn(name, 'wrong');
      for (let attempt = 0; attempt < 8 && answer.statusCode === 401; attempt++) answer = await signIn(name, 'wrong');
      expect(codeOf(answer)).toEqual([429, 'auth.locked']);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(codeOf(await signIn(name))).toEqual([429, 'auth.locked']);
    }
    await server.context.db.execute(sql`DELETE FROM login_failures`);
    expect((await signIn('sam')).statusCode).toBe(200);
  });

  test('is locked for the address that guesses, not for others', async () => {
    stopClock();
    const guess = (remoteAddress: string, secret: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        remoteAddress,
        payload: { email: 'sam@example.com', password: secret },
      });
    for (let attempt = 0; attempt < 6; attempt++) await guess('203.0.113.1', 'wrong');
    expect((await guess('203.0.113.1', password)).statusCode).toBe(429);
    expect((await guess('203.0.113.2', password)).statusCode).toBe(200);
    await server.context.db.execute(sql`DELETE FROM login_failures`);
  });

  test('is locked for all, for seconds, when many addresses guess', async () => {
    const guard = new LoginGuard(server.context.db);
    for (let address = 0; address < 60; address++) await guard.failed('sam@example.com', `198.51.100.${address}`);
    const locked = guard.check('sam@example.com', '203.0.113.2');
    await expect(locked).rejects.toMatchObject({ code: 'auth.locked' });
    const { seconds } = (
      await server.context.db.execute<{ seconds: number }>(
        sql`SELECT max(extract(epoch FROM locked_until - now()))::float8 AS seconds FROM login_failures`,
      )
    ).rows[0]!;
    expect(seconds).toBeLessThanOrEqual(10);
    await server.context.db.execute(sql`DELETE FROM login_failures`);
  });

  test('signing out ends the session; a made-up one is none', async () => {
    const me = cookieOf(await signIn('sam'));
    await server.call('GET', '/me', undefined, me);
    expect((await server.call('POST', '/auth/logout', undefined, me)).statusCode).toBe(204);
    expect((await server.call('GET', '/me', undefined, me)).statusCode).toBe(401);
    expect((await server.call('GET', '/me', undefined, { cookie: 'vitrine_session=x' })).statusCode).toBe(401);
  });

  test('an expired session is none', async () => {
    const me = cookieOf(await signIn('sam'));
    await server.context.db.execute(sql`UPDATE sessions SET expires_at = now() - interval '1 second'`);
    expect((await server.call('GET', '/me', undefined, me)).statusCode).toBe(401);
    admin = cookieOf(await adminAgain());
  });
});

async function adminAgain() {
  const { rows } = await server.context.db.execute(sql`SELECT name FROM users WHERE role = 'admin'`);
  return signIn(String(rows[0]?.name));
}

describe('my account', () => {
  test('a new password needs the old one and ends my other sessions', async () => {
    await addUser('mia', 'seller');
    const [here, there] = [cookieOf(await signIn('mia')), cookieOf(await signIn('mia'))];
    const change = (currentPassword: string) =>
      server.call('PATCH', '/me', { password: 'an even longer one', currentPassword, name: 'Mia M.' }, here);
    expect(codeOf(await change('wrong'))).toEqual([403, 'auth.credentials']);
    expect((await change(password)).json().name).toBe('Mia M.');
    expect((await server.call('GET', '/me', undefined, here)).statusCode).toBe(200);
    expect((await server.call('GET', '/me', undefined, there)).statusCode).toBe(401);
    expect((await signIn('mia', 'an even longer one')).statusCode).toBe(200);
  });

  test('shows my sessions and ends one, but nobody else’s', async () => {
    await addUser('nia', 'seller');
    const [here, there] = [cookieOf(await signIn('nia')), cookieOf(await signIn('nia'))];
    const sessions = (await server.call('GET', '/me/sessions', undefined, here)).json() as {
      id: string;
      current: boolean;
    }[];
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true]);
    const other = sessions.find(({ current }) => !current)?.id;
    expect((await server.call('DELETE', `/me/sessions/${other}`, undefined, admin)).statusCode).toBe(404);
    expect((await server.call('DELETE', `/me/sessions/${other}`, undefined, here)).statusCode).toBe(204);
    expect((await server.call('GET', '/me', undefined, there)).statusCode).toBe(401);
  });
});

describe('API keys', () => {
  const bearer = (secret: string): As => ({ authorization: `Bearer ${secret}` });

  test('act as their owner within their scopes, are shown once, and can be revoked', async () => {
    const created = (await server.call('POST', '/keys', { name: 'till', scopes: ['predict'] }, admin)).json();
    expect(created.secret).toMatch(/^vk_/);
    const listed = (await server.call('GET', '/keys', undefined, admin)).json();
    expect(listed).toMatchObject([{ id: created.id, name: 'till', scopes: ['predict'] }]);
    expect(JSON.stringify(listed)).not.toContain(created.secret);
    expect((await server.call('GET', '/me', undefined, bearer(created.secret))).statusCode).toBe(200);
    expect(codeOf(await server.call('GET', '/users', undefined, bearer(created.secret)))).toEqual([403, 'auth.scope']);
    expect(codeOf(await server.call('GET', '/me/sessions', undefined, bearer(created.secret)))).toEqual([
      403,
      'auth.scope',
    ]);
    expect((await server.call('DELETE', `/keys/${created.id}`, undefined, admin)).statusCode).toBe(204);
    expect(codeOf(await server.call('GET', '/me', undefined, bearer(created.secret)))).toEqual([401, 'auth.token']);
  });

  test('an administrator sees to another account’s keys, nobody else does', async () => {
    const seller = { email: 'till@example.com', name: 'Till', role: 'seller', password: 'a long password' };
    await server.call('POST', '/users', seller, admin);
    const path = `/keys?user=${seller.email}`;
    const { id, secret } = (await server.call('POST', path, { name: 'till', scopes: ['predict'] }, admin)).json();
    const me = (await server.call('GET', '/me', undefined, bearer(secret))).json();
    expect(me).toMatchObject({ email: seller.email, role: 'seller' });
    const login = { email: seller.email, password: seller.password };
    const session = cookieOf(await server.call('POST', '/auth/login', login));
    expect(codeOf(await server.call('GET', `/keys?user=${me.id}`, undefined, session))).toEqual([403, 'auth.role']);
    expect((await server.call('DELETE', `/keys/${id}?user=${me.id}`, undefined, admin)).statusCode).toBe(204);
    expect(codeOf(await server.call('GET', '/keys?user=nobody', undefined, admin))).toEqual([404, 'user.unknown']);
  });

  test.each(['vk_unknown', 'local_unknown', 'nonsense', ''])('the token “%s” is refused', async (secret) => {
    expect(codeOf(await server.call('GET', '/me', undefined, bearer(secret)))).toEqual([401, 'auth.token']);
  });

  test('expire', async () => {
    const { secret } = (
      await server.call('POST', '/keys', { name: 'k', scopes: ['predict'], expiresInDays: 1 }, admin)
    ).json();
    await server.context.db.execute(sql`UPDATE api_keys SET expires_at = now() - interval '1 second'`);
    expect((await server.call('GET', '/me', undefined, bearer(secret))).statusCode).toBe(401);
  });
});

describe('administration', () => {
  test('finds people, changes their role at once and keeps an audit without secrets', async () => {
    const { id } = await addUser('uma', 'seller');
    const uma = cookieOf(await signIn('uma'));
    expect((await server.call('GET', '/users?q=UMA@', undefined, admin)).json()).toMatchObject({
      total: 1,
      items: [{ id }],
    });
    expect((await server.call('GET', '/users?q=%25', undefined, admin)).json().total).toBe(0);
    await server.call('PATCH', `/users/${id}`, { role: 'engineer', password: 'another long one' }, admin);
    expect((await server.call('GET', '/me', undefined, uma)).statusCode).toBe(401);
    expect((await signIn('uma', 'another long one')).json().role).toBe('engineer');
    const { items } = (await server.call('GET', '/audit', undefined, admin)).json();
    expect(items[0]).toMatchObject({ action: 'user.update', subject: 'uma@example.com' });
    expect(JSON.stringify(items)).not.toContain('another long one');
  });

  test('a disabled account is out at once and can’t come back', async () => {
    const { id } = await addUser('vic', 'seller');
    const vic = cookieOf(await signIn('vic'));
    await server.call('PATCH', `/users/${id}`, { disabled: true }, admin);
    expect((await server.call('GET', '/me', undefined, vic)).statusCode).toBe(401);
    expect(codeOf(await signIn('vic'))).toEqual([401, 'auth.credentials']);
  });

  test('the last administrator stays', async () => {
    const { id } = (await server.call('GET', '/me', undefined, admin)).json();
    for (const [method, body] of [
      ['PATCH', { role: 'seller' }],
      ['PATCH', { disabled: true }],
      ['DELETE', undefined],
    ] as const)
      expect(codeOf(await server.call(method, `/users/${id}`, body, admin))).toEqual([409, 'user.lastAdmin']);
    expect(codeOf(await server.call('DELETE', '/users/none', undefined, admin))).toEqual([404, 'user.unknown']);
  });

  test('text that no database can hold is refused, not a crash', async () => {
    const answer = await server.call('POST', '/users', { ...person('nul'), name: 'a\0b', role: 'seller' }, admin);
    expect(codeOf(answer)).toEqual([422, 'input.characters']);
  });
});
