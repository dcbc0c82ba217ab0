import clsx from 'clsx';
import { Ban, Check, Circle, Clock, LoaderCircle, type LucideIcon, Redo2, X } from 'lucide-react';
import { Badge, type Tone } from '@/shared/ui/badge';
import type { Pipeline, StepState } from './use-pipelines';

export const stepLooks: Record<StepState, { title: string; icon: LucideIcon; tone: Tone; colour: string }> = {
  waiting: { title: 'Waits', icon: Circle, tone: 'plain', colour: 'text-muted' },
  queued: { title: 'Queued', icon: Clock, tone: 'plain', colour: 'text-muted' },
  running: { title: 'Running', icon: LoaderCircle, tone: 'accent', colour: 'text-accent' },
  succeeded: { title: 'Done', icon: Check, tone: 'accent', colour: 'text-accent' },
  failed: { title: 'Failed', icon: X, tone: 'danger', colour: 'text-danger' },
  cancelled: { title: 'Cancelled', icon: Ban, tone: 'warning', colour: 'text-warning' },
  skipped: { title: 'Left out', icon: Redo2, tone: 'plain', colour: 'text-muted' },
};

export function StepIcon({ state, className }: { state: StepState; className?: string }) {
  const { icon: Icon, colour, title } = stepLooks[state];
  return (
    <Icon
      role="img"
      aria-label={title}
      className={clsx('size-4.5 shrink-0', colour, state === 'running' && 'animate-spin', className)}
    />
  );
}

export function StepBadge({ state }: { state: StepState }) {
  const { tone, title } = stepLooks[state];
  return (
    <Badge tone={tone} dot={state === 'running'}>
      {title}
    </Badge>
  );
}

const pipelineLooks: Record<Pipeline['state'], { tone: Tone; title: string }> = {
  running: { tone: 'accent', title: 'Running' },
  succeeded: { tone: 'accent', title: 'Succeeded' },
  failed: { tone: 'danger', title: 'Failed' },
  cancelled: { tone: 'warning', title: 'Cancelled' },
};

export function PipelineBadge({ state }: { state: Pipeline['state'] }) {
  const { tone, title } = pipelineLooks[state];
  return (
    <Badge tone={tone} dot={state === 'running'}>
      {title}
    </Badge>
  );
}
