import { VitrineError } from '@vitrine/models';
import type { FastifyBaseLogger } from 'fastify';
import { validate } from '../http/validate.js';
import type { Queries } from '../platform/database/database.js';
import { register } from './api.js';
import type { Audit } from './audit.js';
import { Authentication } from './authentication.js';
import { Keys } from './keys.js';
import { LoginGuard } from './login-guard.js';
import { Sessions } from './sessions.js';
import { Settings } from './settings.js';
import { Users } from './users.js';

/** All that knows of people. */
export class Accounts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly keys: Keys;
  readonly guard: LoginGuard;
  readonly settings: Settings;
  readonly authentication: Authentication;

  constructor(db: Queries, localToken: string) {
    this.users = new Users(db);
    this.sessions = new Sessions(db);
    this.keys = new Keys(db);
    this.guard = new LoginGuard(db);
    this.settings = new Settings(db);
    this.authentication = new Authentication(this.sessions, this.keys, localToken);
  }

  /**
   * Creates the first administrator without the wizard; does nothing when there is an account already.
   * @throws VitrineError `config.admin` when email or password won't do
   */
  async bootstrap(admin: { email: string; password: string }, audit: Audit, log: FastifyBaseLogger): Promise<void> {
    const user = await this.users.createFirst(checked(admin));
    if (!user) return;
    await audit.record(null, 'user.register', user.email, { role: 'admin' });
    log.info({ email: user.email }, 'the first administrator was created');
  }
}

function checked(admin: { email: string; password: string }) {
  try {
    return validate(register.body, { ...admin, name: admin.email.split('@')[0] }, 'administrator');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VitrineError('config.admin', `VITRINE_ADMIN_EMAIL and VITRINE_ADMIN_PASSWORD: ${reason}`);
  }
}
