import { VitrineError } from '@vitrine/models';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../http/caller.js';
import { type Keys, keyPrefix } from './keys.js';
import { sameSecret } from './secrets.js';
import { type Sessions, sessionDays } from './sessions.js';

export const sessionCookie = 'vitrine_session';
export const localPrefix = 'local_';
const rememberMs = 5_000;
const rememberAtMost = 5_000;

const local: Caller = { userId: null, name: 'local', role: 'admin', via: 'local', credentialId: null, scopes: [] };

/**
 * Tells who a request is from. Answers are remembered for five seconds and, while requests keep coming, asked for anew
 * beside them, so that predictions don't wait for the database; `forget` drops them after a change of accounts in this
 * process.
 */
export class Authentication {
  #remembered = new Map<string, { caller: Caller; until: number }>();
  #looking = new Map<string, Promise<Caller | null>>();

  constructor(
    private readonly sessions: Sessions,
    private readonly keys: Keys,
    private readonly localToken: string,
  ) {}

  /** @throws VitrineError `auth.token` (401) for a bearer token that is no valid one */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const caller = await this.#bearer(authorization);
      if (caller) return caller;
      throw new VitrineError('auth.token', 'This API key is unknown, revoked or expired. Create a new one.', 401);
    }
    const token = request.cookies[sessionCookie];
    if (!token) return null;
    const caller = await this.#remember(token, () => this.sessions.authenticate(token));
    if (!caller) reply.clearCookie(sessionCookie, { path: '/' });
    return caller;
  }

  forget(): void {
    this.#remembered = new Map();
    this.#looking = new Map();
  }

  async #bearer(authorization: string): Promise<Caller | null> {
    const token = /^Bearer +(\S{1,200})$/i.exec(authorization)?.[1] ?? '';
    if (token.startsWith(localPrefix)) return sameSecret(token, this.localToken) ? local : null;
    if (!token.startsWith(keyPrefix)) return null;
    return this.#remember(token, () => this.keys.authenticate(token));
  }

  async #remember(token: string, find: () => Promise<Caller | null>): Promise<Caller | null> {
    const known = this.#remembered.get(token);
    const left = (known?.until ?? 0) - Date.now();
    if (!known || left <= 0) return this.#look(token, find);
    // A failure shows when the answer runs out.
    if (left < rememberMs / 2) void this.#look(token, find).catch(() => undefined);
    return known.caller;
  }

  /** One look for all who ask at a time. What was read before a change goes into maps that the change has replaced. */
  #look(token: string, find: () => Promise<Caller | null>): Promise<Caller | null> {
    const [remembered, looking] = [this.#remembered, this.#looking];
    const under = looking.get(token);
    if (under) return under;
    const look = find()
      .then((caller) => {
        if (remembered.size >= rememberAtMost) remembered.clear();
        if (caller) remembered.set(token, { caller, until: Date.now() + rememberMs });
        else remembered.delete(token);
        return caller;
      })
      .finally(() => looking.delete(token));
    looking.set(token, look);
    return look;
  }
}

/** Hands the session's token to the browser: unreadable to scripts, not sent with other sites' posts. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(sessionCookie, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: sessionDays * 86_400,
  });
}
