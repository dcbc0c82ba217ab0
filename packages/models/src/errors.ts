/** An error a person can act on: `code` for programs, `message` a sentence that says what to do. */
export class VitrineError extends Error {
  override readonly name: string = 'VitrineError';
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status the server answers with; 400 unless said. */
    readonly status: number = 400,
    readonly details?: unknown,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** A training config that can't be used: unknown key, value out of range. */
export class ConfigError extends VitrineError {
  override readonly name = 'ConfigError';
  constructor(message: string, details?: unknown) {
    super('config.invalid', message, 422, details);
  }
}

/** A data set or snapshot that can't be used as asked. */
export class DataError extends VitrineError {
  override readonly name = 'DataError';
  constructor(code: `data.${string}`, message: string, details?: unknown) {
    super(code, message, 422, details);
  }
}

/** A model artifact that is missing files, cut short or of an unknown version. */
export class ArtifactError extends VitrineError {
  override readonly name = 'ArtifactError';
  constructor(message: string, details?: unknown) {
    super('artifact.invalid', message, 422, details);
  }
}

/** One prediction input that can't be read: a broken image, no text at all. */
export class InputError extends VitrineError {
  override readonly name = 'InputError';
  constructor(code: `input.${string}`, message: string) {
    super(code, message, 422);
  }
}

/** How deep an error may lie in others that were thrown because of it. */
const DEEPEST = 5;

/**
 * The error people can act on, where a full disk is behind what was thrown; any other as it is.
 * @param advice what became of it and what to do, after "The disk is full: "
 */
export function diskError(error: unknown, advice: string): unknown {
  for (let cause = error, depth = 0; cause instanceof Error && depth < DEEPEST; cause = cause.cause, depth++) {
    if (cause instanceof VitrineError && cause.code === 'storage.full') return cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return new VitrineError('storage.full', `The disk is full: ${advice}`, 507, undefined, { cause: error });
  }
  return error;
}

/** What to do about a training that a full disk has ended. */
export const resumeOnceThereIsRoom =
  'free some space, then resume the run. It goes on from its last checkpoint; what is in production stays there.';
