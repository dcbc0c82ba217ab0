/** How a training is getting on. */
export interface Pace {
  /** Of all steps, those done, in [0, 1]. */
  readonly fraction: number;
  readonly secondsLeft: number;
  readonly examplesPerSecond: number;
  /** The share of the time spent waiting for the next batch, in [0, 1]. */
  readonly dataWait: number;
  /** Resident memory of the process in bytes. */
  readonly memory: number;
}

/** Measures the pace of a training from the times of its steps, in milliseconds. */
export class Meter {
  private readonly started: number;
  private readonly first: number;
  private since: number;
  private examples = 0;
  private waited = 0;

  /** `done` of `total` steps were done at the time `now`. */
  constructor(
    private done: number,
    private readonly total: number,
    now: number,
  ) {
    this.started = now;
    this.since = now;
    this.first = done;
  }

  /** One step of so many examples, before which the next batch was waited for. */
  step(examples: number, waited: number): void {
    this.done += 1;
    this.examples += examples;
    this.waited += waited;
  }

  /** The pace since it was last asked for; the time left by the pace since the start, which holds the pauses between epochs. */
  pace(now: number): Pace {
    const elapsed = Math.max(now - this.since, Number.MIN_VALUE);
    const perStep = (now - this.started) / Math.max(1, this.done - this.first);
    const pace = {
      fraction: this.done / this.total,
      secondsLeft: ((this.total - this.done) * perStep) / 1000,
      examplesPerSecond: (1000 * this.examples) / elapsed,
      dataWait: Math.min(1, this.waited / elapsed),
      memory: process.memoryUsage.rss(),
    };
    [this.since, this.examples, this.waited] = [now, 0, 0];
    return pace;
  }

  /** Milliseconds since the pace was last asked for. */
  age(now: number): number {
    return now - this.since;
  }
}
