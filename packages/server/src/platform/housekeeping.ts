/** What is done at a start and now and then afterwards; doing it twice, or in two processes, does no harm. */
export class Housekeeping {
  readonly #chores: [name: string, work: () => Promise<void>][] = [];
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(private readonly onError: (name: string, error: unknown) => void) {}

  add(name: string, work: () => Promise<void>): void {
    this.#chores.push([name, work]);
  }

  /** Does every chore once, then again at each interval. */
  async begin(everyMs: number): Promise<void> {
    this.#timer = setInterval(() => {
      this.#working = this.#all();
    }, everyMs);
    this.#timer.unref();
    await this.#all();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async #all(): Promise<void> {
    for (const [name, work] of this.#chores) await work().catch((error: unknown) => this.onError(name, error));
  }
}
