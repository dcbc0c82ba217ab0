import { ApiError, createVitrineClient } from '@vitrine/client';

/** Same origin, signed in by the session cookie. */
export const api = createVitrineClient();

/** A sentence for people, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return 'The server cannot be reached. Check that it is running, then try again.';
  return error instanceof Error ? error.message : String(error);
}

export function isStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}
