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
 * Tells who a request is from. Answers are remembered for five seconds, so that predictions don't wait for the
 * database; `forget` drops them after a change of accounts in this process.
 */
export class Authentication {
  readonly #remembered = new Map<string, { caller: Caller; until: number }>();

  #forgotten = 0;

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
    this.#forgotten++;
    this.#remembered.clear();
  }

  async #bearer(authorization: string): Promise<Caller | null> {
    const token = /^Bearer +(\S{1,200})$/i.exec(authorization)?.[1] ?? '';
    if (token.startsWith(localPrefix)) return sameSecret(token, this.localToken) ? local : null;
    if (!token.startsWith(keyPrefix)) return null;
    return this.#remember(token, () => this.keys.authenticate(token));
  }

  async #remember(token: string, find: () => Promise<Caller | null>): Promise<Caller | null> {
    const known = this.#remembered.get(token);
    if (known && known.until > Date.now()) return known.caller;
    const forgotten = this.#forgotten;
    const caller = await find();
    if (this.#remembered.size >= rememberAtMost) this.#remembered.clear();
    // What was read before a change must not be remembered after it.
    if (caller && forgotten === this.#forgotten)
      this.#remembered.set(token, { caller, until: Date.now() + rememberMs });
    return caller;
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
