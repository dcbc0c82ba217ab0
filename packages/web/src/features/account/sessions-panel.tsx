import { ago } from '@/shared/lib/format';
import { usePaged } from '@/shared/lib/use-paged';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Pagination } from '@/shared/ui/pagination';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { useRevokeSession, useSessions } from './use-account';

/** `Firefox on Linux`: enough of a user agent to tell one's devices apart. */
function deviceOf(userAgent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//
    .exec(userAgent)?.[1]
    ?.replace('Edg', 'Edge')
    .replace('OPR', 'Opera');
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(userAgent)?.[1];
  return browser ? `${browser}${system ? ` on ${system}` : ''}` : userAgent.slice(0, 60) || 'Unknown device';
}

export function SessionsPanel() {
  const { data, error, refetch } = useSessions();
  const revoke = useRevokeSession();
  const { shown, pages } = usePaged(data ?? [], 20);
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows rows={3} />;
  return (
    <div className="max-w-3xl">
      <ul className="divide-y divide-line">
        {shown.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-4 py-4">
            <div className="min-w-0">
              <p className="font-medium">{deviceOf(session.userAgent)}</p>
              <p className="text-sm text-muted">
                Since {ago(session.createdAt)}, last used {ago(session.lastSeenAt)}
              </p>
            </div>
            {session.current ? (
              <Badge tone="accent">This one</Badge>
            ) : (
              <Button size="small" onClick={() => revoke.mutate(session.id)}>
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Pagination {...pages} />
    </div>
  );
}
