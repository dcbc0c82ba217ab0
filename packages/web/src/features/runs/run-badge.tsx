import { Badge, type Tone } from '@/shared/ui/badge';
import type { RunState } from './use-runs';

const looks: Record<RunState, { tone: Tone; title: string }> = {
  queued: { tone: 'plain', title: 'Queued' },
  running: { tone: 'accent', title: 'Running' },
  succeeded: { tone: 'accent', title: 'Succeeded' },
  failed: { tone: 'danger', title: 'Failed' },
  cancelled: { tone: 'warning', title: 'Cancelled' },
};

export function RunBadge({ state }: { state: RunState }) {
  const { tone, title } = looks[state];
  return (
    <Badge tone={tone} dot={state === 'running'}>
      {title}
    </Badge>
  );
}
