/** How a training is getting on. */
export interface Pace {
  readonly examplesPerSecond: number;
  /** The share of the time spent waiting for the next batch, in [0, 1]. */
  readonly dataWait: number;
  /** Resident memory of the process in bytes. */
  readonly memory: number;
}

/** Measures how fast a part of a training goes. All times are in milliseconds. */
export class Meter {
  private examples = 0;
  private waited = 0;

  constructor(private readonly since: number) {}

  /** One step of so many examples, before which the next batch was waited for. */
  step(examples: number, waited: number): void {
    this.examples += examples;
    this.waited += waited;
  }

  age(now: number): number {
    return now - this.since;
  }

  pace(now: number): Pace {
    const elapsed = Math.max(this.age(now), Number.EPSILON);
    return {
      examplesPerSecond: (1000 * this.examples) / elapsed,
      dataWait: Math.min(1, this.waited / elapsed),
      memory: process.memoryUsage.rss(),
    };
  }
}

/** How far a training is, and the time left by its own pace since it was started or resumed, all pauses included. */
export class Progress {
  constructor(
    private readonly started: number,
    private readonly first: number,
    private readonly total: number,
  ) {}

  /** `fraction` of all steps in [0, 1], and `secondsLeft` after `done` of them. */
  at(done: number, now: number): { fraction: number; secondsLeft: number } {
    const perStep = (now - this.started) / Math.max(1, done - this.first);
    return { fraction: done / this.total, secondsLeft: ((this.total - done) * perStep) / 1000 };
  }
}
