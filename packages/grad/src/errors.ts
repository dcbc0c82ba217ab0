/** What went wrong, for programs; the message says what to do, for people. */
export type GradErrorCode =
  | 'shape'
  | 'dtype'
  | 'graph'
  | 'feed'
  | 'model'
  | 'checkpoint'
  | 'parameter'
  | 'batch-baked'
  | 'quantize'
  | 'not-finite'
  | 'data'
  | 'worker'
  | 'busy'
  | 'closed';

/** The only error this package throws on purpose. */
export class GradError extends Error {
  override readonly name = 'GradError';

  constructor(
    readonly code: GradErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws an error with `code` unless `right`; `sentence` says what is wrong and what to do. */
export function insist(right: boolean, code: GradErrorCode, sentence: string): void {
  if (!right) throw new GradError(code, sentence);
}
