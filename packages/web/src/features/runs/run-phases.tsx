import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { api } from '@/shared/api/client';
import { duration, metricTitle } from '@/shared/lib/format';
import { isLive, type Run } from './use-runs';

const colours = {
  running: 'border-accent text-accent',
  succeeded: 'border-line',
  failed: 'border-danger text-danger',
  cancelled: 'border-warning text-warning',
  interrupted: 'border-dashed border-edge text-muted',
};

/** What a training did, one phase after the other, with how long each took. */
export function RunPhases({ run }: { run: Run }) {
  const { data = [] } = useQuery({
    queryKey: ['runs', 'one', run.id, 'phases', run.state],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs/{id}/phases', { signal, params: { path: { id: run.id } } })),
    refetchInterval: isLive(run) ? 2000 : false,
  });
  if (data.length === 0) return null;
  return (
    <ol aria-label="Phases" className="mb-8 flex flex-wrap items-center gap-y-2">
      {data.map(({ phase, message, state, startedAt, seconds }, at) => (
        <li key={startedAt + phase} className="flex items-center">
          {at > 0 && <ChevronRight aria-hidden className="mx-1 size-4 text-muted" />}
          <span
            title={message ?? undefined}
            className={clsx('rounded-md border px-3 py-1.5 text-sm tabular-nums', colours[state])}
          >
            {metricTitle(phase)} <span className="sr-only">{state}</span>{' '}
            <span className="text-muted">{seconds === null ? 'interrupted' : duration(seconds)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
