import { EventEmitter } from 'node:events';

/** How often a reader looks when nobody in this process announces: another process may write, in milliseconds. */
const LOOK_MS = 1000;

/** Tells readers of this process that something has news; what it is, they read from the database. */
export class News {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  announce(id: string): void {
    this.#emitter.emit(id);
  }

  /** Resolves at the next news of an id, or when it is time to look anyway. */
  async wait(id: string, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#emitter.off(id, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      this.#emitter.on(id, done);
      signal.addEventListener('abort', done);
    });
  }
}
