import { randomBytes } from 'node:crypto';

/** A new id: 8 hex digits of seconds (so that ids sort by time), then 16 random ones. */
export function newId(): string {
  return (
    Math.floor(Date.now() / 1000)
      .toString(16)
      .padStart(8, '0') + randomBytes(8).toString('hex')
  );
}
