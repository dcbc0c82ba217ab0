import { GradError, type GradErrorCode } from '../errors.js';

/** What a program in a worker can be asked: one argument in, one result out, both plain data. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

export interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** The reply to a request; id 0 stands for the opening of the program. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error as plain data: classes do not survive the way between threads. */
export interface Failure {
  readonly code: GradErrorCode | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

export function toFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof GradError ? error.code : undefined, message, stack };
}

export function fromFailure({ code, message, stack }: Failure): Error {
  const error = code ? new GradError(code, message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
