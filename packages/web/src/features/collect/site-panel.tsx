import { useState } from 'react';
import { ago, counted, duration, integer } from '@/shared/lib/format';
import { ScheduleControl } from '@/shared/schedules/schedule-control';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { Progress } from '@/shared/ui/progress';
import { ChangeList } from './change-list';
import { type Change, isCollecting, type Site, useDeleteSite, useStartCollect, useStopCollect } from './use-collect';

const changes: Change[] = ['new', 'changed', 'gone'];

/** One site: how far its crawl is, what the newest one brought, and when the next one comes. */
export function SitePanel({ site, onEdit }: { site: Site; onEdit(): void }) {
  const { name, job, report } = site;
  const [shown, setShown] = useState<Change>();
  const start = useStartCollect();
  const stop = useStopCollect();
  const remove = useDeleteSite();
  const collecting = isCollecting(site);
  return (
    <li className="rounded-xl border border-line p-5 sm:p-6">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="font-display text-2xl">{name}</h2>
        {collecting && (
          <Badge tone="accent" dot>
            Collecting
          </Badge>
        )}
        {job?.state === 'cancelled' && <Badge>Stopped</Badge>}
        {job?.finishedAt && <span className="text-sm text-muted">{ago(job.finishedAt)}</span>}
        <div className="ml-auto flex flex-wrap gap-2">
          {collecting && job ? (
            <Button size="small" busy={stop.isPending} onClick={() => stop.mutate(job.id)}>
              Stop
            </Button>
          ) : (
            <Button
              size="small"
              variant="primary"
              busy={start.isPending}
              onClick={() => start.mutate({ name, acceptGone: false })}
            >
              {report.waiting > 0 ? 'Go on' : 'Collect now'}
            </Button>
          )}
          <Button size="small" onClick={onEdit}>
            Config
          </Button>
          <Confirm
            trigger={
              <Button size="small" variant="danger">
                Delete
              </Button>
            }
            title={`Delete ${name}?`}
            description="The config and what is known of its pages go; its products stay in the catalogue."
            action="Delete"
            danger
            onConfirm={() => remove.mutate(name)}
          />
        </div>
      </div>
      {collecting && job && (
        <div className="mt-4 max-w-md">
          <Progress label={`Collecting ${name}`} fraction={job.fraction} />
          <p className="mt-1.5 text-[0.8125rem] text-muted tabular-nums">
            {job.message || 'Waiting'}
            {job.secondsLeft !== null && ` · ${duration(job.secondsLeft)} left`}
          </p>
        </div>
      )}
      {job?.state === 'failed' && (
        <p role="alert" className="mt-3 max-w-prose text-sm wrap-anywhere text-danger">
          {job.error?.message}
        </p>
      )}
      {report.crawl > 0 && (
        <p className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm tabular-nums">
          <span>{counted(report.products, 'product')}</span>
          {changes.map((change) => (
            <Button
              key={change}
              size="small"
              variant="ghost"
              disabled={report[change] === 0}
              aria-expanded={shown === change}
              onClick={() => setShown(shown === change ? undefined : change)}
            >
              {integer(report[change])} {change}
            </Button>
          ))}
          <span className="text-muted">
            {counted(report.pages, 'page')}, {integer(report.failed)} failed, {integer(report.duplicates)} shown twice
            {report.photosOwed > 0 && `, ${integer(report.photosOwed)} with photos to be asked for again`}
          </span>
        </p>
      )}
      {report.withheld && !collecting && (
        <div role="alert" className="mt-3 flex max-w-prose flex-wrap items-center gap-3 text-sm">
          <p className="wrap-anywhere">{report.withheld}</p>
          <Button size="small" onClick={() => start.mutate({ name, acceptGone: true })}>
            They are gone: collect again
          </Button>
        </div>
      )}
      {shown && <ChangeList site={site} change={shown} />}
      {report.problems.length > 0 && <Problems site={site} />}
      <div className="mt-5">
        <ScheduleControl kind="collect" target={{ site: name }} label="By itself" />
      </div>
    </li>
  );
}

function Problems({ site: { report } }: { site: Site }) {
  return (
    <details className="mt-3 text-sm">
      <summary className="cursor-pointer text-muted">Pages that failed</summary>
      <ul className="mt-2 flex flex-col gap-1">
        {report.problems.map(({ url, problem }) => (
          <li key={url} className="wrap-anywhere">
            {url} <span className="text-muted">{problem}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
