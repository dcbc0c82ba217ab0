import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models';
import type { Connection } from './connection.js';
import { progressView } from './progress.js';

type Job = Schemas['Job'];
type Run = Schemas['Run'];

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Watches something long until it ends; Ctrl-C cancels it properly.
 * @throws VitrineError when it failed or was cancelled
 */
async function follow<T extends Job | Run>(
  quiet: boolean,
  first: T,
  read: () => Promise<T>,
  cancel: () => Promise<unknown>,
): Promise<T> {
  const view = progressView(quiet);
  let cancelling = false;
  const interrupt = () => {
    if (cancelling) process.exit(130);
    cancelling = true;
    process.stderr.write('\nCancelling … (once more to leave at once)\n');
    void cancel().catch(() => process.exit(130));
  };
  process.on('SIGINT', interrupt);
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
    process.off('SIGINT', interrupt);
    view.stop();
  }
}

export function followJob({ client }: Connection, job: Job, quiet: boolean): Promise<Job> {
  const path = { params: { path: { id: job.id } } };
  return follow(
    quiet,
    job,
    async () => unwrap(await client.GET('/api/v1/jobs/{id}', path)),
    () => client.POST('/api/v1/jobs/{id}/cancel', path),
  );
}

export function followRun({ client }: Connection, run: Run, quiet: boolean): Promise<Run> {
  const path = { params: { path: { id: run.id } } };
  return follow(
    quiet,
    run,
    async () => unwrap(await client.GET('/api/v1/runs/{id}', path)),
    () => client.POST('/api/v1/runs/{id}/cancel', path),
  );
}
