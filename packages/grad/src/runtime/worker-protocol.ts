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

/** Does what sends something to another thread. Throws `worker` when that cannot go there. */
export function handOver<T>(what: string, send: () => T): T {
  try {
    return send();
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'DataCloneError')) throw cause;
    throw new GradError('worker', `${what} must be plain data: ${cause.message}`, { cause });
  }
}

const movable = new WeakMap<object, readonly ArrayBuffer[]>();

/** Marks a handler's result as one whose buffers go to the caller's thread instead of being copied: they are gone here. */
export function moving<Result extends object>(result: Result, buffers: readonly ArrayBuffer[]): Result {
  movable.set(result, buffers);
  return result;
}

/** The buffers that move with a result. */
export function movedWith(result: unknown): readonly ArrayBuffer[] {
  return (typeof result === 'object' && result !== null && movable.get(result)) || [];
}
