import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Connection } from './connection.js';
import { type ProgressState, progressView } from './progress.js';

type Job = Schemas['Job'];
type Run = Schemas['Run'];
type Pipeline = Schemas['Pipeline'];

/** Something long, as far as a bar shows it. */
interface Followed extends ProgressState {
  state: string;
  error: { code: string; message: string } | null;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Watches something long until it ends; Ctrl-C cancels it properly. So do SIGTERM and a terminal that closes where this
 * process does the work; a server's goes on without whoever watched.
 * @throws VitrineError when it failed or was cancelled
 */
async function follow<T extends Followed>(
  { remote }: Connection,
  quiet: boolean,
  first: T,
  read: () => Promise<T>,
  cancel: () => Promise<unknown>,
): Promise<T> {
  const view = progressView(quiet);
  let since: number | undefined;
  const interrupt = () => {
    // A terminal that closes says so twice at once: its shell does, and the system.
    if (since !== undefined) return performance.now() - since > 1000 ? process.exit(130) : undefined;
    since = performance.now();
    // The terminal that closed takes no words.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    process.stderr.write('\nCancelling … (once more to leave at once)\n');
    void cancel().catch(() => process.exit(130));
  };
  const signals = remote ? (['SIGINT'] as const) : (['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
  for (const signal of signals) process.on(signal, interrupt);
  try {
    let now = first;
    while (now.state === 'queued' || now.state === 'running') {
      view.update(now);
      await pause(300);
      now = await read();
    }
    view.update(now);
    if (now.state === 'succeeded') return now;
    throw new VitrineError(now.error?.code ?? now.state, now.error?.message ?? `It was ${now.state}.`);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    view.stop();
  }
}

export function followJob(connection: Connection, job: Job, quiet: boolean): Promise<Job> {
  const { client } = connection;
  const path = { params: { path: { id: job.id } } };
  return follow(
    connection,
    quiet,
    job,
    async () => unwrap(await client.GET('/api/v1/jobs/{id}', path)),
    () => client.POST('/api/v1/jobs/{id}/cancel', path),
  );
}

export function followRun(connection: Connection, run: Run, quiet: boolean): Promise<Run> {
  const { client } = connection;
  const path = { params: { path: { id: run.id } } };
  return follow(
    connection,
    quiet,
    run,
    async () => unwrap(await client.GET('/api/v1/runs/{id}', path)),
    () => client.POST('/api/v1/runs/{id}/cancel', path),
  );
}

/** How far a pipeline is, as its steps say. */
function standing(pipeline: Pipeline): Pipeline & Followed {
  const { steps } = pipeline;
  const done = steps.filter(({ state }) => state === 'succeeded' || state === 'skipped').length;
  const current = steps.find(({ state }) => state === 'running');
  const failed = steps.find(({ state }) => state === 'failed');
  return {
    ...pipeline,
    fraction: (done + (current?.fraction ?? 0)) / steps.length,
    message: current ? `${current.title}${current.message ? `: ${current.message}` : ''}` : pipeline.title,
    secondsLeft: null,
    error: failed?.error ?? null,
  };
}

/** Watches a pipeline until it ends; Ctrl-C cancels it. @throws VitrineError the failed step's */
export function followPipeline(connection: Connection, pipeline: Pipeline, quiet: boolean): Promise<Pipeline> {
  const { client } = connection;
  const path = { params: { path: { id: pipeline.id } } };
  return follow(
    connection,
    quiet,
    standing(pipeline),
    async () => standing(unwrap(await client.GET('/api/v1/pipelines/{id}', path))),
    () => client.POST('/api/v1/pipelines/{id}/cancel', path),
  );
}
