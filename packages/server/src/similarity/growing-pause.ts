/** A pause between attempts, twice as long each time. */
export class GrowingPause {
  #next: number;
  #until = 0;

  /** @param limits in milliseconds */
  constructor(private readonly limits: { first: number; longest: number }) {
    this.#next = limits.first;
  }

  get isOver(): boolean {
    return Date.now() >= this.#until;
  }

  /** Begins it, after an attempt; the one after it is longer. */
  begin(): void {
    this.hold();
    this.#next = Math.min(this.#next * 2, this.limits.longest);
  }

  /** Begins it where nothing was attempted: the one after it is as long. */
  hold(): void {
    this.#until = Date.now() + this.#next;
  }

  /** What was attempted went well. */
  reset(): void {
    this.#next = this.limits.first;
    this.#until = 0;
  }
}
