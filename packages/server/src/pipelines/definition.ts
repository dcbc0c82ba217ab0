import type { z } from 'zod';
import type { Progress } from '../platform/jobs/job.js';
import type { StepLink } from './tables.js';

/** What a step works with. `Outputs` names what each step of the pipeline leaves to those after it. */
export interface StepContext<Input, Outputs> {
  input: Input;
  /** Of the steps before; those that were left out have none. */
  outputs: Partial<Outputs>;
  /** Who started the pipeline. */
  by: string | null;
  /** Aborted by a cancel, and when the server closes: stop soon and throw `signal.reason`. */
  signal: AbortSignal;
  progress(progress: Progress): void;
  log(message: string, level?: 'info' | 'warn'): Promise<void>;
  link(link: StepLink): Promise<void>;
  /**
   * Starts something that lasts, once, and waits for it: whoever takes the step up after a crash waits for the same.
   * What fails is started again by the next attempt, under another id.
   * @param start gets an id to start it under, so that a start that is repeated starts nothing anew, and the id of what
   *   failed before; answers the id it is known by
   */
  lasting<T>(
    start: (id: string, failed: string | undefined) => Promise<string>,
    wait: (id: string) => Promise<T>,
  ): Promise<T>;
}

/** When a step that fails for a passing reason tries again: `seconds` later, then twice as long each time. */
export interface RetryPolicy {
  attempts: number;
  seconds: number;
}

/** One step of a pipeline: its work must be safe to repeat, for a crash may come between its end and the record of it. */
export interface StepDefinition<Input, Outputs, Name extends keyof Outputs = keyof Outputs> {
  name: Name & string;
  title: string;
  needs: readonly (keyof Outputs & string)[];
  /** Three attempts, half a minute apart, unless said. */
  retry?: RetryPolicy;
  /** Why it is left out; undefined: it is not. Asked when its turn comes. */
  skip?(input: Input, outputs: Partial<Outputs>): string | undefined;
  run(context: StepContext<Input, Outputs>): Promise<Outputs[Name]>;
  /** Stops what `lasting` started. */
  cancel?(child: string): Promise<unknown>;
}

/** Steps that need one another's results, done by durable jobs. */
export interface PipelineDefinition<Input, Outputs> {
  kind: string;
  input: z.ZodType<Input>;
  titleOf(input: Input): string;
  /** Of the pipelines with one key, one is under way at a time. */
  keyOf(input: Input): string;
  /** Refuses what can't be done, with a typed error, before anything is begun. */
  check(input: Input): Promise<unknown>;
  steps: readonly { [Name in keyof Outputs]: StepDefinition<Input, Outputs, Name> }[keyof Outputs][];
}
