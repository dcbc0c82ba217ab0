import { useQuery } from '@tanstack/react-query';
import { dateTime } from '@/shared/lib/format';
import { ScrollRegion } from '@/shared/ui/scroll-region';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { logsQuery, type Run } from './use-runs';

/** What went in: config with defaults filled in, seed, data and code, so that it can be done again. */
export function RunConfig({ run }: { run: Run }) {
  const origin: [string, string][] = [
    ['Data set', run.dataset],
    ['Snapshot', run.snapshot],
    ['Seed', String(run.seed)],
    ['Code', run.codeVersion],
    ['Created', dateTime(run.createdAt)],
    ...(run.startedAt ? [['Started', dateTime(run.startedAt)] as [string, string]] : []),
    ...(run.finishedAt ? [['Finished', dateTime(run.finishedAt)] as [string, string]] : []),
  ];
  const config = Object.entries((run.config ?? {}) as Record<string, unknown>).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return (
    <div className="grid gap-12 lg:grid-cols-2">
      <Facts title="Origin" facts={origin} />
      <Facts title="Config" facts={config} />
    </div>
  );
}

function Facts({ title, facts }: { title: string; facts: [string, string][] }) {
  return (
    <section>
      <h2 className="eyebrow mb-3">{title}</h2>
      <dl className="divide-y divide-line text-[0.9375rem]">
        {facts.map(([name, value]) => (
          <div key={name} className="grid grid-cols-[10rem_1fr] gap-4 py-2">
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono text-sm break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function RunLogs({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(logsQuery(run.id));
  if (!data) return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
  if (data.length === 0) return <EmptyState title="Nothing was said" />;
  return (
    <ScrollRegion
      label="Log"
      className="max-h-[34rem] overflow-auto rounded-lg bg-paper p-5 font-mono text-[0.8125rem] leading-6"
    >
      {[...data.entries()].map(([line, { at, level, message }]) => (
        <p key={line} className={level === 'warn' ? 'text-warning' : undefined}>
          <span className="text-muted">{new Date(at).toLocaleTimeString('en-GB')} </span>
          {message}
        </p>
      ))}
    </ScrollRegion>
  );
}
