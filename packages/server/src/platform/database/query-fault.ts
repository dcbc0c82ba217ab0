import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';

/**
 * What a failed query may say in logs and records: the statement without its parameters, and the database's reason without
 * the rows and values it quotes, as those hold listings, password hashes or tokens. Other errors stay as they are.
 */
export function withoutParameters(error: unknown): unknown {
  if (error instanceof DrizzleQueryError)
    return replaced(error, `Failed query: ${error.query}`, withoutParameters(error.cause));
  if (error instanceof pg.DatabaseError) return replaced(error, reasonOf(error), undefined);
  if (error instanceof Error && error.cause !== undefined) {
    const cause = withoutParameters(error.cause);
    if (cause !== error.cause) return replaced(error, error.message, cause);
  }
  return error;
}

/** An error's sentence, for records that people read. */
export function messageOf(error: unknown): string {
  const told = withoutParameters(error);
  return told instanceof Error ? told.message : String(told);
}

/** PostgreSQL quotes the value in its message where the data is what is wrong (class 22); elsewhere it names things alone. */
function reasonOf({ code, message, table, column, constraint }: pg.DatabaseError): string {
  const reason = code?.startsWith('22') ? 'a value is not acceptable' : message;
  const place = constraint ?? [table, column].filter(Boolean).join('.');
  return `${reason} (${[code, place].filter(Boolean).join(', ')})`;
}

/** An error like the one given, at the same place of the code. */
function replaced(error: Error, message: string, cause: unknown): Error {
  const { name, stack = '' } = error;
  const copy = new Error(message, cause === undefined ? {} : { cause });
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  const code = (error as NodeJS.ErrnoException).code;
  return Object.assign(copy, { name, stack: [`${name}: ${message}`, ...frames].join('\n') }, code ? { code } : {});
}
