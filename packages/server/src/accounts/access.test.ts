import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../endpoints.js';
import type { Endpoint, Role, Scope } from '../http/endpoint.js';
import { type As, cookieOf, type TestServer, testServer } from './testing.test.fixture.js';

const password = 'a long enough one';
const scopes: Scope[] = ['predict', 'catalogue', 'train', 'admin'];
const below: Record<Role, Role | undefined> = { seller: undefined, engineer: 'seller', admin: 'engineer' };

let server: TestServer;
const people = new Map<Role, As>();
/** Keys of an administrator that have every scope but the one. */
const keysWithout = new Map<Scope, As>();

beforeAll(async () => {
  server = await testServer({ admin: { email: 'admin@example.com', password } });
  const signIn = async (role: Role) =>
    people.set(role, cookieOf(await server.call('POST', '/auth/login', { email: `${role}@example.com`, password })));
  await signIn('admin');
  for (const role of ['seller', 'engineer'] as const) {
    await server.call(
      'POST',
      '/users',
      { email: `${role}@example.com`, name: role, role, password },
      people.get('admin'),
    );
    await signIn(role);
  }
  for (const scope of scopes) {
    const body = { name: scope, scopes: scopes.filter((other) => other !== scope) };
    const { secret } = (await server.call('POST', '/keys', body, people.get('admin'))).json();
    keysWithout.set(scope, { authorization: `Bearer ${secret}` });
  }
});
afterAll(() => server.remove());

async function refusal({ method, path }: Endpoint, as: As = {}): Promise<[number, string | undefined]> {
  const answer = await server.call(method, path.replace(/:\w+/g, 'x'), undefined, as);
  return [answer.statusCode, answer.json().error?.code];
}

describe.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (_id, endpoint) => {
  test('is served', () => {
    const url = `/api/v1${endpoint.path}`;
    expect(server.app.hasRoute({ method: endpoint.method, url })).toBe(true);
  });

  if (endpoint.access === 'public') return;
  const { access, scope, localOnly } = endpoint;

  test('refuses strangers', async () => {
    expect(await refusal(endpoint)).toEqual([401, 'auth.required']);
  });

  const lower = below[access];
  if (lower && !localOnly)
    test(`refuses the role ${lower}`, async () => {
      expect(await refusal(endpoint, people.get(lower))).toEqual([403, 'auth.role']);
    });

  test('refuses API keys that lack the scope', async () => {
    const key = keysWithout.get(scope ?? 'predict') as As;
    expect(await refusal(endpoint, key)).toEqual([403, localOnly ? 'auth.local' : 'auth.scope']);
  });

  if (localOnly)
    test('refuses administrators from elsewhere', async () => {
      expect(await refusal(endpoint, people.get('admin'))).toEqual([403, 'auth.local']);
    });
});
