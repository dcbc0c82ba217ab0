import { bytes, duration } from '@/shared/lib/format';
import { Badge } from '@/shared/ui/badge';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { SettingsPart } from './settings-form';
import { useSystem } from './use-admin';

export function SystemPanel() {
  const { data, error, refetch } = useSystem();
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const facts: [string, string][] = [
    ['Version', data.version],
    ['Node', data.node],
    ['Database', data.database === 'embedded' ? 'Embedded' : 'PostgreSQL'],
    ['Memory', bytes(data.rssBytes)],
    ['Free on disk', bytes(data.diskFreeBytes)],
    ['Up for', duration(data.uptimeSeconds)],
  ];
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-8 sm:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name} className="border-t border-line pt-3">
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="mt-1 font-display text-2xl tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-8 text-sm text-muted">
        Everything is kept in <code className="break-all">{data.dataDir}</code>
      </p>
      <h2 className="mt-10 mb-3 font-display text-2xl">Models that answer</h2>
      {data.models.length === 0 ? (
        <p className="text-muted">None yet.</p>
      ) : (
        <ul className="flex flex-wrap gap-3">
          {data.models.map(({ task, version, ready }) => (
            <li key={task}>
              <Badge tone={ready ? 'accent' : 'warning'}>
                {task}, version {version}
                {!ready && ', opening'}
              </Badge>
            </li>
          ))}
        </ul>
      )}
      <SettingsPart />
    </>
  );
}
