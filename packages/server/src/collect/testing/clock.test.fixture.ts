import type { Clock } from '../fetching/pace.js';

/** A clock that stands still until somebody waits, which takes no time. */
export class TestClock implements Clock {
  /** How long was waited, in milliseconds, each time. */
  readonly waits: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
    this.#now += milliseconds;
  }
}
