import { VitrineError } from '@vitrine/models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../http/caller.js';
import type { Route } from '../http/router.js';
import type { Accounts } from './accounts.js';
import * as api from './api.js';
import type { Audit } from './audit.js';
import { sessionCookie, setSessionCookie } from './authentication.js';
import { userOf } from './users.js';

/** The caller's own account. @throws VitrineError `auth.person` for the local command line, which has none */
function personOf({ userId }: Caller): string {
  if (userId) return userId;
  throw new VitrineError('auth.person', 'The command line has no account of its own; use an API key or sign in.', 403);
}

export interface AccountRoutes {
  accounts: Accounts;
  audit: Audit;
}

export function accountRoutes(route: Route, options: AccountRoutes): void {
  entryRoutes(route, options);
  meRoutes(route, options);
  keyRoutes(route, options);
  userRoutes(route, options);
  settingsRoutes(route, options);
  route(api.listAudit, ({ query }) => options.audit.list(query.page, query.limit));
}

function entryRoutes(route: Route, { accounts, audit }: AccountRoutes): void {
  const { users, sessions, guard, settings } = accounts;
  async function signIn(userId: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    setSessionCookie(request, reply, await sessions.create(userId, request.headers['user-agent'] ?? ''));
  }

  route(api.register, async ({ body, request, reply }) => {
    const user =
      (await users.createFirst(body)) ??
      ((await settings.registrationOpen()) ? await users.create(body, 'seller') : null);
    if (!user)
      throw new VitrineError('auth.closed', 'Registration is closed. Ask an administrator for an account.', 403);
    await audit.record(null, 'user.register', user.email, { role: user.role });
    await signIn(user.id, request, reply);
    return userOf(user);
  });
  route(api.login, async ({ body, request, reply }) => {
    await guard.check(body.email, request.ip);
    const user = await users.withCredentials(body.email, body.password);
    if (!user || user.disabled) {
      await guard.failed(body.email, request.ip);
      throw new VitrineError('auth.credentials', 'Email or password is wrong.', 401);
    }
    await guard.succeeded(body.email, request.ip);
    await signIn(user.id, request, reply);
    return userOf(user);
  });
  route(api.logout, async ({ request, reply }) => {
    const token = request.cookies[sessionCookie];
    if (token) await sessions.revokeToken(token);
    accounts.authentication.forget();
    reply.clearCookie(sessionCookie, { path: '/' });
  });
}

function meRoutes(route: Route, { accounts: { users, sessions, authentication, guard } }: AccountRoutes): void {
  route(api.getMe, async ({ caller }) => userOf(await users.get(personOf(caller))));
  route(api.updateMe, async ({ caller, body, request }) => {
    const { name, password, currentPassword } = body;
    const user = await users.get(personOf(caller));
    if (password !== undefined) {
      await guard.check(user.email, request.ip);
      if (!(await users.withCredentials(user.email, currentPassword ?? ''))) {
        await guard.failed(user.email, request.ip);
        throw new VitrineError('auth.credentials', 'The current password is wrong.', 403);
      }
    }
    const changed = await users.update(user.id, { name, password }, caller.credentialId);
    authentication.forget();
    return userOf(changed);
  });
  route(api.listMySessions, ({ caller }) => sessions.list(personOf(caller), caller.credentialId));
  route(api.revokeMySession, async ({ caller, params }) => {
    await sessions.revoke(personOf(caller), params.id);
    authentication.forget();
  });
}

function keyRoutes(route: Route, { accounts: { keys, users, authentication }, audit }: AccountRoutes): void {
  /** Whose keys are meant: the caller's own, or for administrators those of the account they name. */
  const ownerOf = async (caller: Caller, user: string | undefined) => {
    if (user === undefined) return users.get(personOf(caller));
    if (caller.role !== 'admin')
      throw new VitrineError('auth.role', 'Only an administrator may see to another account’s keys.', 403);
    return users.named(user);
  };
  route(api.listKeys, async ({ caller, query }) => keys.list((await ownerOf(caller, query.user)).id));
  route(api.createKey, async ({ caller, query, body }) => {
    const { name, scopes, expiresInDays } = body;
    const owner = await ownerOf(caller, query.user);
    const key = await keys.create(owner.id, name, scopes, expiresInDays);
    await audit.record(caller, 'key.create', key.prefix, { name, scopes, owner: owner.email });
    return key;
  });
  route(api.revokeKey, async ({ caller, query, params }) => {
    await keys.revoke((await ownerOf(caller, query.user)).id, params.id);
    authentication.forget();
    await audit.record(caller, 'key.revoke', params.id);
  });
}

function settingsRoutes(route: Route, { accounts: { settings }, audit }: AccountRoutes): void {
  const read = async () => ({
    shopName: await settings.shopName(),
    registrationOpen: await settings.registrationOpen(),
  });
  route(api.getSettings, read);
  route(api.changeSettings, async ({ caller, body }) => {
    for (const [key, value] of Object.entries(body)) await settings.write(key, value);
    await audit.record(caller, 'settings.change', body.shopName, body);
    return read();
  });
}

function userRoutes(route: Route, { accounts: { users, authentication }, audit }: AccountRoutes): void {
  route(api.listUsers, ({ query }) => users.list(query.page, query.limit, query.q));
  route(api.createUser, async ({ caller, body }) => {
    const { role, ...input } = body;
    const user = await users.create(input, role);
    await audit.record(caller, 'user.create', user.email, { role });
    return userOf(user);
  });
  route(api.updateUser, async ({ caller, params, body }) => {
    const user = await users.update(params.id, body);
    authentication.forget();
    const { password, ...change } = body;
    await audit.record(caller, 'user.update', user.email, { ...change, ...(password ? { password: 'changed' } : {}) });
    return userOf(user);
  });
  route(api.deleteUser, async ({ caller, params }) => {
    const { email } = await users.delete(params.id);
    authentication.forget();
    await audit.record(caller, 'user.delete', email);
  });
}
