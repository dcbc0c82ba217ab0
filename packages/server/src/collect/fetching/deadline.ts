/**
 * The time limit of one request after another. Unlike `AbortSignal.timeout` joined by `AbortSignal.any`, which hold each
 * request and its answer until the time is over, it lets go of them as soon as it ends.
 */
export class Deadline {
  #end: () => void = () => undefined;

  constructor(private readonly outer: AbortSignal) {}

  /** A signal that is aborted after so many milliseconds, or with the outer one; the one before is not watched any more. */
  begin(milliseconds: number): AbortSignal {
    this.end();
    const abort = new AbortController();
    if (this.outer.aborted) abort.abort(this.outer.reason);
    const stop = () => abort.abort(this.outer.reason);
    const timer = setTimeout(() => abort.abort(new DOMException('It took too long.', 'TimeoutError')), milliseconds);
    this.outer.addEventListener('abort', stop);
    this.#end = () => {
      clearTimeout(timer);
      this.outer.removeEventListener('abort', stop);
    };
    return abort.signal;
  }

  end(): void {
    this.#end();
  }
}
