import type { Job } from '../platform/jobs/job.js';
import type { Pipeline, PipelineSummary } from './api.js';
import type { PipelineStore } from './store.js';
import type { PipelineRow, StepRow } from './tables.js';

type Logs = Awaited<ReturnType<PipelineStore['logs']>>;
type Step = Pipeline['steps'][number];

/** A pipeline as clients see it; how far a running step is, its job says. */
export async function describePipeline(
  row: PipelineRow,
  steps: readonly StepRow[],
  logs: Logs,
  jobOf: (id: string) => Promise<Job | undefined>,
): Promise<Pipeline> {
  const described = steps.map(async (step) => {
    const job = step.state === 'running' && step.jobId ? await jobOf(step.jobId) : undefined;
    return describeStep(step, job, logs.get(step.name) ?? []);
  });
  return { ...headOf(row), steps: await Promise.all(described) };
}

export function summarise(row: PipelineRow, steps: readonly StepRow[]): PipelineSummary {
  return { ...headOf(row), steps: steps.map(({ name, title, state }) => ({ name, title, state })) };
}

function headOf(row: PipelineRow) {
  const { id, number, kind, title, input, state, createdBy } = row;
  return {
    ...{ id, number: number ?? 0, kind, title, input, state, createdBy },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function describeStep(
  row: StepRow,
  job: Job | undefined,
  log: { at: Date; level: 'info' | 'warn'; message: string }[],
): Step {
  const { name, title, needs, state, attempts, startedAt, finishedAt, error, links, output, note } = row;
  const until = finishedAt ?? (state === 'running' || state === 'queued' ? new Date() : undefined);
  return {
    ...{ name, title, needs, state, attempts, error, links, output },
    retryAt: row.retryAt?.toISOString() ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    seconds: startedAt && until ? (until.getTime() - startedAt.getTime()) / 1000 : null,
    fraction: job?.fraction ?? null,
    secondsLeft: job?.secondsLeft ?? null,
    message: job?.message ?? note ?? '',
    log: log.map(({ at, level, message }) => ({ at: at.toISOString(), level, message })),
  };
}
