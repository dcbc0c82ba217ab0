import type { Schemas } from '@vitrine/client';
import clsx from 'clsx';
import { duration, percent } from '@/shared/lib/format';
import { Progress } from '@/shared/ui/progress';

export function ImportProgress({ job, className }: { job: Schemas['Job']; className?: string }) {
  if (job.state === 'failed')
    return (
      <p role="alert" className={clsx('max-w-prose text-sm break-words text-danger', className)}>
        {job.error?.message ?? 'The import failed.'}
      </p>
    );
  if (job.state !== 'running' && job.state !== 'queued') return null;
  return (
    <div className={clsx('max-w-md', className)}>
      <Progress label="Import" fraction={job.fraction} />
      <p className="mt-1.5 text-[0.8125rem] text-muted tabular-nums">
        {job.state === 'queued' ? 'Waiting' : job.message || 'Importing'}
        {job.fraction !== null && ` · ${percent(job.fraction)}`}
        {job.secondsLeft !== null && ` · ${duration(job.secondsLeft)} left`}
      </p>
    </div>
  );
}
