import { VitrineError } from '@vitrine/models';
import { z } from 'zod';
import type { Queries } from '../platform/database/database.js';
import { type JobContext, JobInterrupted } from '../platform/jobs/job.js';
import type { JobKind, Jobs } from '../platform/jobs/queue.js';
import type { News } from '../platform/news.js';
import type { Pipeline, PipelineSummary } from './api.js';
import type { PipelineDefinition } from './definition.js';
import { describePipeline, summarise } from './describe.js';
import { checkGraph, dependants, startable, stateOf } from './graph.js';
import { type Definition, type Outputs, type Step, workOnStep } from './step-work.js';
import { PipelineStore } from './store.js';
import type { PipelineRow, StepRow, StepState } from './tables.js';

export interface PipelinesOptions {
  db: Queries;
  jobs: Jobs;
  news: News;
  onFault(error: unknown): void;
}

const stepInput = z.object({ pipeline: z.string(), step: z.string() });
/** Steps mostly wait for others' jobs. */
const STEPS_AT_ONCE = 8;
/** A step may wait for days, and outlive many restarts meanwhile. */
const ATTEMPTS = 1000;
const RECONCILE_MS = 10_000;
const open: StepState[] = ['waiting', 'queued', 'running'];

/** Pipelines: each a record of its steps, each step done by a durable job that starts those which waited for it. */
export class Pipelines {
  readonly #definitions = new Map<string, Definition>();
  readonly #store: PipelineStore;
  readonly #steps: JobKind<z.infer<typeof stepInput>>;
  #timer: NodeJS.Timeout | undefined;
  #reconciling: Promise<void> = Promise.resolve();

  constructor(private readonly options: PipelinesOptions) {
    this.#store = new PipelineStore(options.db);
    this.#steps = options.jobs.define({
      kind: 'pipeline.step',
      input: stepInput,
      concurrency: STEPS_AT_ONCE,
      attempts: ATTEMPTS,
      handler: (context) => this.#work(context),
    });
  }

  define<Input, Named extends object>(definition: PipelineDefinition<Input, Named>): void {
    checkGraph(definition.steps.map(({ name, needs }) => ({ name, needs: [...needs] })));
    this.#definitions.set(definition.kind, definition as unknown as Definition);
  }

  /** Takes up what processes that died left between two steps, and looks again now and then. */
  async open(everyMs = RECONCILE_MS): Promise<void> {
    await this.reconcile();
    this.#timer = setInterval(() => {
      this.#reconciling = this.reconcile().catch(this.options.onFault);
    }, everyMs);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reconciling;
  }

  /**
   * @throws VitrineError `pipeline.kind`, `pipeline.input` (422), `pipeline.underWay` (409), or why it can't be done
   */
  async start(kind: string, given: unknown, by: string | null): Promise<Pipeline> {
    const { definition, input } = await this.check(kind, given);
    const { steps } = definition;
    const head = { kind, key: definition.keyOf(input), title: definition.titleOf(input), input, createdBy: by };
    const row = await this.#store.add(
      head,
      steps.map(({ name, title, needs }) => ({ name, title, needs: [...needs] })),
    );
    if (!row) throw underWay(head.title);
    await this.#advance(row.id);
    return this.get(row.id);
  }

  /** What `start` would refuse. */
  async check(kind: string, given: unknown): Promise<{ definition: Definition; input: unknown }> {
    const definition = this.#definition(kind);
    const parsed = definition.input.safeParse(given);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
      throw new VitrineError('pipeline.input', `The pipeline can’t begin. ${problems.join('; ')}.`, 422);
    }
    await definition.check(parsed.data);
    return { definition, input: parsed.data };
  }

  /** @throws VitrineError `pipeline.unknown` (404) */
  async get(reference: string): Promise<Pipeline> {
    const row = await this.#find(reference);
    return describePipeline(row, await this.#store.steps(row.id), await this.#store.logs(row.id), (id) =>
      this.options.jobs.find(id),
    );
  }

  async list(
    page: number,
    limit: number,
  ): Promise<{ items: PipelineSummary[]; total: number; page: number; limit: number }> {
    const { rows, total } = await this.#store.page(page, limit);
    const steps = rows.length ? await this.#store.steps(...rows.map(({ id }) => id)) : [];
    const items = rows.map((row) =>
      summarise(
        row,
        steps.filter(({ pipelineId }) => pipelineId === row.id),
      ),
    );
    return { items, total, page, limit };
  }

  /** Stops what is under way, with what its steps have started; a finished one stays as it is. */
  async cancel(reference: string): Promise<Pipeline> {
    const { id, kind } = await this.#find(reference);
    if (await this.#store.change(id, ['running'], 'cancelled')) {
      const steps = await this.#store.steps(id);
      const names = steps.map(({ name }) => name);
      await this.#store.changeSteps(id, names, open, { state: 'cancelled', retryAt: null, finishedAt: new Date() });
      for (const step of steps.filter(({ state }) => open.includes(state))) await this.#stop(kind, step);
      this.options.news.announce(id);
    }
    return this.get(id);
  }

  /**
   * Begins a failed or cancelled step again, and then what waits for it.
   * @param name left out: every one whose needs are met
   * @throws VitrineError `pipeline.unknown`, `pipeline.step` (404), `pipeline.state`, `pipeline.underWay` (409)
   */
  async retry(reference: string, name?: string): Promise<Pipeline> {
    const { id, title, state } = await this.#find(reference);
    const steps = await this.#store.steps(id);
    if (name !== undefined && !steps.some((step) => step.name === name))
      throw new VitrineError('pipeline.step', `The pipeline has no step "${name}".`, 404);
    const isStopped = (step: StepRow) => step.state === 'failed' || step.state === 'cancelled';
    const asWaiting = steps.map((step): StepRow => (isStopped(step) ? { ...step, state: 'waiting' } : step));
    const ready = startable(asWaiting).map((step) => step.name);
    const begun = steps.filter((step) => isStopped(step) && ready.includes(step.name));
    const chosen = begun.filter((step) => name === undefined || step.name === name);
    if (chosen.length === 0)
      throw new VitrineError(
        'pipeline.state',
        'Only a step that failed or was cancelled can be begun again, once all that it needs is done.',
        409,
      );
    if (state !== 'running' && !(await this.#store.runAgain(id))) throw underWay(title);
    for (const step of chosen)
      await this.#store.changeSteps(id, [step.name], ['failed', 'cancelled'], {
        ...{ state: 'waiting', round: step.round + 1, failures: 0, retryAt: null, error: null },
        ...{ startedAt: null, finishedAt: null },
      });
    const after = chosen.flatMap((step) => [...dependants(steps, step.name)]);
    await this.#store.changeSteps(id, after, ['cancelled'], { state: 'waiting', finishedAt: null });
    await this.#advance(id);
    return this.get(id);
  }

  /** Steps whose job ended without them fail, and what has become startable is started. */
  async reconcile(): Promise<void> {
    for (const { id } of await this.#store.running()) {
      for (const { name, state, jobId } of await this.#store.steps(id)) {
        if (!jobId || (state !== 'queued' && state !== 'running')) continue;
        const job = await this.options.jobs.find(jobId);
        if (job?.state === 'queued' || job?.state === 'running') continue;
        const error = job?.error ?? { code: 'pipeline.lost', message: 'The step was interrupted; begin it again.' };
        const ended = { state: job?.state === 'cancelled' ? ('cancelled' as const) : ('failed' as const), error };
        // Asked again: it may have ended properly meanwhile.
        const [now] = (await this.#store.steps(id)).filter((step) => step.name === name);
        if (now?.jobId === jobId)
          await this.#store.changeSteps(id, [name], ['queued', 'running'], { ...ended, finishedAt: new Date() });
      }
      await this.#advance(id);
    }
  }

  /** Starts the steps whose turn it is; ends the pipeline where none is left. */
  async #advance(id: string): Promise<void> {
    for (;;) {
      const pipeline = await this.#find(id);
      if (pipeline.state !== 'running') break;
      const steps = await this.#store.steps(id);
      const ready = startable(steps);
      const state = stateOf(steps);
      if (state !== 'running') await this.#store.change(id, ['running'], state);
      for (const step of ready) await this.#begin(pipeline, step, outputsFor(step.name, steps));
      this.options.news.announce(id);
      if (ready.length === 0) break;
    }
    this.options.news.announce(id);
  }

  async #begin({ id, kind, input }: PipelineRow, { name, round }: StepRow, outputs: Outputs): Promise<void> {
    const reason = this.#step(kind, name).skip?.(input, outputs);
    if (reason !== undefined) {
      await this.#store.changeSteps(id, [name], ['waiting'], { state: 'skipped', note: reason });
      return;
    }
    // The job first, which is found when this is repeated: after a crash in between, none is missing.
    const jobId = `${id}.${name}.${round}`;
    await this.#steps.startOnce(jobId, { pipeline: id, step: name });
    await this.#store.changeSteps(id, [name], ['waiting'], { state: 'queued', jobId });
  }

  async #work({ id: jobId, input, signal, progress }: JobContext<z.infer<typeof stepInput>>): Promise<void> {
    const pipeline = await this.#find(input.pipeline);
    const step = await this.#store.step(pipeline.id, input.step);
    if (!step || pipeline.state !== 'running') return;
    // Taken up before the step was noted as queued.
    if (step.state === 'waiting')
      await this.#store.changeSteps(pipeline.id, [step.name], ['waiting'], { state: 'queued', jobId });
    try {
      if (open.includes(step.state))
        await workOnStep({
          ...{ store: this.#store, pipeline, step, job: { signal, progress } },
          definition: this.#step(pipeline.kind, step.name),
          outputs: outputsFor(step.name, await this.#store.steps(pipeline.id)),
          announce: () => this.options.news.announce(pipeline.id),
        });
    } catch (error) {
      if (!(signal.reason instanceof JobInterrupted)) await this.#advance(pipeline.id);
      throw error;
    }
    await this.#advance(pipeline.id);
  }

  /** Ends a step's job and what it has started. */
  async #stop(kind: string, { name, jobId, pipelineId }: StepRow): Promise<void> {
    if (jobId) await this.options.jobs.cancel(jobId);
    const child = (await this.#store.step(pipelineId, name))?.child;
    if (child) await this.#step(kind, name).cancel?.(child);
  }

  async #find(reference: string): Promise<PipelineRow> {
    const row = await this.#store.find(reference);
    if (row) return row;
    throw new VitrineError('pipeline.unknown', `There is no pipeline ${reference}; see the list of pipelines.`, 404);
  }

  #definition(kind: string): Definition {
    const definition = this.#definitions.get(kind);
    if (definition) return definition;
    const kinds = [...this.#definitions.keys()].join(', ');
    throw new VitrineError('pipeline.kind', `There is no pipeline "${kind}"; choose one of: ${kinds}.`, 422);
  }

  #step(kind: string, name: string): Step {
    const step = this.#definition(kind).steps.find((one) => one.name === name);
    if (step) return step as Step;
    throw new VitrineError('pipeline.step', `This version knows no step "${name}"; start the pipeline anew.`, 409);
  }
}

/** What the steps that a step needs, directly or through others, gave; what else is done by now is chance. */
function outputsFor(step: string, steps: readonly StepRow[]): Outputs {
  const needed = steps.filter(({ name, state }) => state === 'succeeded' && dependants(steps, name).has(step));
  return Object.fromEntries(needed.map(({ name, output }) => [name, output]));
}

function underWay(title: string): VitrineError {
  return new VitrineError('pipeline.underWay', `${title} is under way; wait for it or cancel it first.`, 409);
}
