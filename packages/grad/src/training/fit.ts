import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Json } from '../checkpoint/checkpoint.js';
import type { Checkpoints } from '../checkpoint/checkpoints.js';
import { GradError, insist } from '../errors.js';
import type { FailedExample } from '../loading/make-batch.js';
import type { Schedule } from '../optim/schedule.js';
import { Meter, type Pace, Progress } from './meter.js';
import type { Feeds, StepResult } from './trainer.js';

/** What a training says while it runs. Steps count from 1, epochs from 1; within an epoch they are fractional. */
export type FitEvent =
  | { readonly type: 'resumed'; readonly step: number; readonly epoch: number }
  | {
      readonly type: 'step';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly lr: number;
      /** Before clipping; there when it is clipped. */
      readonly gradientNorm?: number;
    }
  /** Twice a second at most, and at the end of each epoch: how far the training is, and its pace since the last time. */
  | { readonly type: 'pace'; readonly fraction: number; readonly secondsLeft: number; readonly pace: Pace }
  /** An example that could not be loaded. */
  | { readonly type: 'failed'; readonly example: FailedExample }
  /** A step left out because its loss or gradient was not finite. */
  | { readonly type: 'skipped'; readonly step: number; readonly reason: string }
  /** The epoch's mean loss and pace, and what `validate` gave. */
  | {
      readonly type: 'epoch';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly value: number;
      readonly pace: Pace;
    };

/** What learns: a `Trainer`, or one with state of its own around it. */
export interface Learner<Batch = Feeds> {
  readonly stepsDone: number;
  /** Examples per step. */
  readonly batchSize: number;
  /** Throws `not-finite`, leaving all as it was, when the loss is not a finite number. */
  step(batch: Batch, options: { readonly lr: number }): Promise<Pick<StepResult, 'loss' | 'gradientNorm'>>;
  /** Writes all that is needed to go on exactly, and `extra`. */
  save(file: string, extra: Json): Promise<void>;
  /** Takes over what was saved and returns its `extra`. */
  load(file: string): Promise<Json>;
}

export interface FitOptions<Batch = Feeds> {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly lr: Schedule;
  /** The batches of an epoch, leaving out the first `from`; a `DataLoader`'s, or any others. */
  readonly batches: (
    epoch: number,
    from: number,
  ) => AsyncIterable<{ readonly feeds: Batch; readonly failed?: readonly FailedExample[] }>;
  /** Measures the model after an epoch; more is better, and NaN where it was not measured. */
  readonly validate: (epoch: number) => Promise<number>;
  /** Stop after so many epochs without a better value. Default: never. */
  readonly patience?: number;
  /** Where to save after each epoch and to go on from: a training interrupted at any moment goes on to the same result. */
  readonly checkpoints: Checkpoints;
  /** Save within epochs too, after every so many steps. */
  readonly checkpointEvery?: number;
  /**
   * How many steps in a row, over epochs and attempts, may be left out because the loss, or a gradient where its norm is
   * clipped, is not finite. Default 0: the first one ends the training.
   */
  readonly skipNotFinite?: number;
  /** Is told what happens, as it happens. */
  readonly onEvent?: (event: FitEvent) => void;
  readonly signal?: AbortSignal;
}

export interface FitResult {
  /** The epoch with the best value, whose weights the learner is left with. */
  readonly epoch: number;
  /** NaN when nothing was measured. */
  readonly value: number;
  /** Epochs done. */
  readonly epochs: number;
}

/** The epoch under way, how many of its batches were taken, and the sum of the losses of its steps. */
interface Position {
  readonly epoch: number;
  readonly taken: number;
  readonly steps: number;
  readonly loss: number;
  /** How many steps were left out since the last that was not, over epochs. */
  readonly skipped: number;
}

const PACE_EVERY_MS = 500;

/**
 * Trains epoch by epoch until the last one or until patience ends, saving and measuring after each, and leaves the
 * learner with the weights of the best. Goes on from what `checkpoints` holds, in the middle of an epoch too.
 * Throws `not-finite` when the loss stays so, or is so in all of an epoch, `data` when a number among the options makes
 * no sense or there is nothing to train on, `checkpoint` when the latest is damaged or another training's, what
 * `signal` was aborted with, and whatever batches and validation throw.
 */
export async function fit<Batch = Feeds>(learner: Learner<Batch>, options: FitOptions<Batch>): Promise<FitResult> {
  requireCounts(options);
  return new Fit(learner, options).run();
}

/** Checks the numbers among the options. */
function requireCounts<Batch>(options: FitOptions<Batch>): void {
  const endless = Number.POSITIVE_INFINITY;
  const { epochs, stepsPerEpoch, patience = endless, checkpointEvery = endless, skipNotFinite = 0 } = options;
  const insistOn = (name: string, value: number, least: number) => {
    const whole = Number.isInteger(value) || value === endless;
    insist(whole && value >= least, 'data', `${name} must be a whole number of ${least} or more, not ${value}.`);
  };
  for (const [name, value] of Object.entries({ epochs, stepsPerEpoch, patience, checkpointEvery })) {
    insistOn(name, value, 1);
  }
  insistOn('skipNotFinite', skipNotFinite, 0);
  insist(stepsPerEpoch < endless, 'data', 'stepsPerEpoch must be finite: it is how an epoch ends.');
}

class Fit<Batch> {
  private position: Position = { epoch: 1, taken: 0, steps: 0, loss: 0, skipped: 0 };
  private progress: Progress;
  private recent = new Meter(performance.now());
  private whole = this.recent;

  constructor(
    private readonly learner: Learner<Batch>,
    private readonly options: FitOptions<Batch>,
  ) {
    this.progress = this.startProgress();
  }

  async run(): Promise<FitResult> {
    const { checkpoints, epochs, patience = Number.POSITIVE_INFINITY, signal } = this.options;
    await this.resume();
    const done = () => this.position.epoch - 1;
    while (done() < epochs && done() - (checkpoints.best?.epoch ?? done()) < patience) {
      await this.trainEpoch();
      await this.finishEpoch();
      signal?.throwIfAborted();
    }
    const { best } = checkpoints;
    if (!best) throw new GradError('data', `There was nothing to train: ${epochs} epochs.`);
    if (best.epoch !== done()) await this.learner.load(best.file);
    return { epoch: best.epoch, value: best.value, epochs: done() };
  }

  private async resume(): Promise<void> {
    const { resume } = this.options.checkpoints;
    if (resume === undefined) return;
    const saved = await this.learner.load(resume).catch((error: unknown) => {
      throw unusable(resume, error);
    });
    this.position = positionOf(saved, this.learner.stepsDone, this.options.stepsPerEpoch);
    this.progress = this.startProgress();
    const { epoch, taken } = this.position;
    this.emit({ type: 'resumed', step: this.learner.stepsDone, epoch: this.epochAt(epoch, taken) });
  }

  private async trainEpoch(): Promise<void> {
    const { batches, stepsPerEpoch, checkpointEvery = Number.POSITIVE_INFINITY, checkpoints, signal } = this.options;
    const { epoch, taken } = this.position;
    let asked = performance.now();
    this.recent = new Meter(asked);
    this.whole = new Meter(asked);
    for await (const { feeds, failed = [] } of batches(epoch, taken)) {
      const waited = performance.now() - asked;
      // A step occupies the thread: messages such as a cancellation arrive only between two.
      await nextTurn();
      signal?.throwIfAborted();
      for (const example of failed) this.emit({ type: 'failed', example });
      await this.step(feeds, waited);
      if (this.position.taken >= stepsPerEpoch) break;
      if (this.position.taken % checkpointEvery === 0) {
        await checkpoints.addPartial((file) => this.learner.save(file, { position: { ...this.position } }));
      }
      asked = performance.now();
    }
  }

  /** One step, or none where it may be left out. */
  private async step(feeds: Batch, waited: number): Promise<void> {
    const { learner } = this;
    const { epoch, taken, steps, loss: total, skipped } = this.position;
    const lr = this.options.lr(learner.stepsDone);
    try {
      const { loss, gradientNorm } = await learner.step(feeds, { lr });
      this.position = { epoch, taken: taken + 1, steps: steps + 1, loss: total + loss, skipped: 0 };
      const norm = gradientNorm === undefined ? {} : { gradientNorm };
      this.emit({ type: 'step', step: learner.stepsDone, epoch: this.epochAt(epoch, taken + 1), loss, lr, ...norm });
    } catch (error) {
      const ours = error instanceof GradError && error.code === 'not-finite';
      if (!ours || skipped >= (this.options.skipNotFinite ?? 0)) throw error;
      this.position = { ...this.position, taken: taken + 1, skipped: skipped + 1 };
      this.emit({ type: 'skipped', step: learner.stepsDone + 1, reason: error.message });
    } finally {
      for (const meter of [this.recent, this.whole]) meter.step(learner.batchSize, waited);
      if (this.recent.age(performance.now()) >= PACE_EVERY_MS) this.emitPace();
    }
  }

  private async finishEpoch(): Promise<void> {
    const { checkpoints, validate } = this.options;
    const { epoch, taken, steps, loss, skipped } = this.position;
    if (steps === 0 && taken > 0) {
      const what = `Not one of the ${taken} steps of epoch ${epoch} had a finite loss and gradient`;
      throw new GradError('not-finite', `${what}; lower the learning rate or look at the data.`);
    }
    if (steps === 0) throw new GradError('data', `Epoch ${epoch} had no batch to train on.`);
    this.emitPace();
    const pace = this.whole.pace(performance.now());
    const value = await validate(epoch);
    this.position = { epoch: epoch + 1, taken: 0, steps: 0, loss: 0, skipped };
    await checkpoints.add(epoch, value, (file) => this.learner.save(file, { position: { ...this.position } }));
    this.emit({ type: 'epoch', step: this.learner.stepsDone, epoch, loss: loss / steps, value, pace });
  }

  private emit(event: FitEvent): void {
    this.options.onEvent?.(event);
  }

  private emitPace(): void {
    const now = performance.now();
    this.emit({ type: 'pace', ...this.progress.at(this.taken(), now), pace: this.recent.pace(now) });
    this.recent = new Meter(now);
  }

  private epochAt(epoch: number, taken: number): number {
    return epoch - 1 + taken / this.options.stepsPerEpoch;
  }

  /** Batches taken since the beginning. */
  private taken(): number {
    return (this.position.epoch - 1) * this.options.stepsPerEpoch + this.position.taken;
  }

  private startProgress(): Progress {
    const { epochs, stepsPerEpoch } = this.options;
    return new Progress(performance.now(), this.taken(), epochs * stepsPerEpoch);
  }
}

/** What is said of a checkpoint that cannot be gone on from, and what to do. */
function unusable(file: string, cause: unknown): unknown {
  if (!(cause instanceof GradError) || cause.code !== 'checkpoint') return cause;
  const advice = `Remove '${file}' to go on from the checkpoint before it, or from the beginning where there is none.`;
  return new GradError('checkpoint', `${cause.message} ${advice}`, { cause });
}

/** Where in the training a checkpoint was saved; by its steps when it does not say. */
function positionOf(saved: Json, stepsDone: number, stepsPerEpoch: number): Position {
  const { position } = (saved ?? {}) as { position?: Omit<Position, 'skipped'> };
  return {
    ...{ epoch: Math.floor(stepsDone / stepsPerEpoch) + 1, taken: stepsDone % stepsPerEpoch },
    ...{ steps: 0, loss: 0, skipped: 0 },
    ...position,
  };
}
