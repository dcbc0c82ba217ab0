import type { Role, Scope } from './endpoint.js';

/** Who calls: a signed-in person, an API key of theirs, or the command line on the same machine. */
export interface Caller {
  /** The user's id; null for the local command line. */
  userId: string | null;
  /** For logs and the audit: an email, or `local`. */
  name: string;
  role: Role;
  via: 'session' | 'key' | 'local';
  /** Of the session or key. */
  credentialId: string | null;
  /** What an API key may do; unused otherwise. */
  scopes: readonly Scope[];
}

const ranks: Record<Role, number> = { seller: 0, engineer: 1, admin: 2 };

export function hasRole(caller: Caller, least: Role): boolean {
  return ranks[caller.role] >= ranks[least];
}
