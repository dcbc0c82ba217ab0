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
