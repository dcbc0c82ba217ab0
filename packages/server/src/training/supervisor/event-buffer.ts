import type { TrainingEvent } from '@vitrine/models';

/** Collects events and hands them on in batches, one batch at a time and in order. */
export class EventBuffer {
  #events: TrainingEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #error: unknown;

  constructor(
    private readonly write: (events: TrainingEvent[]) => Promise<void>,
    private readonly intervalMs = 200,
  ) {}

  push(event: TrainingEvent): void {
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.#hand(), this.intervalMs);
  }

  /** Resolves when everything pushed so far is written; rejects with the first error of `write`. */
  async flush(): Promise<void> {
    this.#hand();
    await this.#writing;
    if (this.#error) throw this.#error;
  }

  #hand(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events.splice(0);
    if (!events.length) return;
    this.#writing = this.#writing
      .then(() => this.write(events))
      .catch((error: unknown) => {
        this.#error ??= error;
      });
  }
}
