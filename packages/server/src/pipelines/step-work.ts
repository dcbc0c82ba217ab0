import { setTimeout as sleep } from 'node:timers/promises';
import { VitrineError } from '@vitrine/models';
import { isOutage } from '../platform/database/outage.js';
import { messageOf } from '../platform/database/query-fault.js';
import { JobCancelled, type JobContext, JobInterrupted } from '../platform/jobs/job.js';
import type { PipelineDefinition, RetryPolicy, StepContext, StepDefinition } from './definition.js';
import type { PipelineStore, StepChange } from './store.js';
import type { PipelineRow, StepRow } from './tables.js';

export type Outputs = Record<string, unknown>;
export type Definition = PipelineDefinition<unknown, Outputs>;
export type Step = StepDefinition<unknown, Outputs, string>;

const policy: RetryPolicy = { attempts: 3, seconds: 30 };

/** Whether another attempt may go better: nothing is wrong with what was asked for. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof VitrineError) || error.status >= 500;
}

export interface StepWork {
  store: PipelineStore;
  pipeline: PipelineRow;
  step: StepRow;
  definition: Step;
  outputs: Outputs;
  job: Pick<JobContext<unknown>, 'signal' | 'progress'>;
  /** Something of the step has changed. */
  announce(): void;
}

/**
 * Works on one step until it is done, or fails for good: attempts, pauses between them, and the record of both. What
 * was under way in a process that died goes on as the same attempt.
 * @throws whatever ended it, once that is recorded; `signal.reason` where only this process stops
 */
export async function workOnStep(work: StepWork): Promise<void> {
  const { store, pipeline, definition, job, announce } = work;
  const { attempts, seconds } = definition.retry ?? policy;
  const change = async (to: StepChange) => {
    await store.changeSteps(pipeline.id, [definition.name], ['queued', 'running'], to);
    announce();
  };
  for (let { step } = work; ; step = (await store.step(pipeline.id, definition.name)) ?? step) {
    try {
      if (step.retryAt) await sleep(Math.max(0, step.retryAt.getTime() - Date.now()), undefined, job);
      const attempt = step.state === 'running' ? step.attempts : step.attempts + 1;
      const startedAt = step.startedAt ?? new Date();
      await change({ state: 'running', attempts: attempt, retryAt: null, startedAt, error: null });
      const output = await definition.run(contextOf(work, step));
      await change({ state: 'succeeded', output, finishedAt: new Date() });
      return;
    } catch (error) {
      if (job.signal.reason instanceof JobInterrupted) throw error;
      if (job.signal.reason instanceof JobCancelled) {
        await change({ state: 'cancelled', finishedAt: new Date() });
        throw error;
      }
      const failures = step.failures + 1;
      const message = messageOf(error);
      const told = { code: error instanceof VitrineError ? error.code : 'pipeline.step', message };
      await store.log(pipeline.id, definition.name, message, 'warn');
      if (!isPassing(error) || failures >= attempts) {
        await change({ state: 'failed', failures, error: told, finishedAt: new Date() });
        throw error;
      }
      const retryAt = new Date(Date.now() + seconds * 1000 * 2 ** (failures - 1));
      await change({ state: 'queued', failures, error: told, retryAt });
    }
  }
}

function contextOf({ store, pipeline, definition, outputs, job, announce }: StepWork, step: StepRow) {
  const { id } = pipeline;
  const { name } = definition;
  const keep = (to: StepChange) => store.changeSteps(id, [name], ['running'], to);
  const context: StepContext<unknown, Outputs> = {
    ...{ input: pipeline.input, outputs, by: pipeline.createdBy, signal: job.signal, progress: job.progress },
    async log(message, level = 'info') {
      await store.log(id, name, message, level);
      announce();
    },
    async link(link) {
      await store.addLink(id, name, link);
      announce();
    },
    async lasting(start, wait) {
      const number = step.children + (step.child === null ? 1 : 0);
      const child = step.child ?? (await start(`${id}.${name}.${number}`, step.lastChild ?? undefined));
      await keep({ child, children: number });
      try {
        return await wait(child);
      } catch (error) {
        // One that could not be asked about goes on.
        if (!job.signal.aborted && !isOutage(error)) await keep({ child: null, lastChild: child });
        if (job.signal.reason instanceof JobCancelled) await definition.cancel?.(child);
        throw error;
      }
    },
  };
  return context;
}
