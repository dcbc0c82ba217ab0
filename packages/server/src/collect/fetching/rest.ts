import type { Clock } from './pace.js';

/** So many failures in a row, and a host is left alone for a while. */
const FAILURES = 3;
const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;

/** Leaves a host alone that fails again and again, each time for twice as long, until it answers. */
export class Rest {
  #failures = 0;
  #until = 0;
  #next = FIRST_MS;

  constructor(private readonly clock: Clock) {}

  get isResting(): boolean {
    return this.clock.now() < this.#until;
  }

  answered(): void {
    this.#failures = 0;
    this.#next = FIRST_MS;
  }

  failed(): void {
    this.#failures++;
    if (this.#failures >= FAILURES) this.begin();
  }

  /** What fails while it rests was asked before, and makes nothing longer. */
  begin(): void {
    if (this.isResting) return;
    this.#until = this.clock.now() + this.#next;
    this.#next = Math.min(LONGEST_MS, 2 * this.#next);
  }
}
