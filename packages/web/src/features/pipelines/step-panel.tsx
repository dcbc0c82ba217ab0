import { Link } from '@tanstack/react-router';
import { dateTime, duration } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Progress } from '@/shared/ui/progress';
import { ScrollRegion } from '@/shared/ui/scroll-region';
import { StepBadge } from './step-state';
import { type Step, useRetryStep } from './use-pipelines';

/** One step: how it stands, what it said, where it leads; begun again where it stopped. */
export function StepPanel({ pipeline, step }: { pipeline: string; step: Step }) {
  const { name, title, state, attempts, startedAt, seconds, error, message, retryAt, secondsLeft, fraction } = step;
  const retry = useRetryStep();
  return (
    <section aria-label={title} className="rounded-xl border border-line p-5 sm:p-6">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="font-display text-2xl">{title}</h2>
        <StepBadge state={state} />
        {(state === 'failed' || state === 'cancelled') && (
          <Button
            size="small"
            variant="primary"
            className="ml-auto"
            busy={retry.isPending}
            onClick={() => retry.mutate({ id: pipeline, name })}
          >
            Begin again
          </Button>
        )}
      </div>
      <p className="mt-2 flex flex-wrap gap-x-4 text-sm text-muted tabular-nums">
        {startedAt && <span>{dateTime(startedAt)}</span>}
        {seconds !== null && <span>{duration(seconds)}</span>}
        {attempts > 1 && <span>{attempts} attempts</span>}
        {retryAt && <span>tries again {dateTime(retryAt)}</span>}
      </p>
      {state === 'running' && (
        <div className="mt-4 max-w-md">
          <Progress label={title} fraction={fraction} />
          <p className="mt-1.5 text-[0.8125rem] text-muted tabular-nums">
            {message || 'At work'}
            {secondsLeft !== null && ` · ${duration(secondsLeft)} left`}
          </p>
        </div>
      )}
      {state === 'skipped' && <p className="mt-3 max-w-prose">{message}</p>}
      {error && (
        <p role="alert" className="mt-4 max-w-prose rounded-lg bg-danger-tint px-4 py-3 text-sm wrap-anywhere">
          <strong className="text-danger">{error.code}</strong> {error.message}
        </p>
      )}
      {step.links.length > 0 && (
        <p className="mt-4 flex flex-wrap gap-2">
          {step.links.map((link) => (
            <StepLink key={link.kind + link.id} link={link} />
          ))}
        </p>
      )}
      <StepLog step={step} />
    </section>
  );
}

function StepLink({ link: { kind, id, title } }: { link: Step['links'][number] }) {
  const targets = {
    site: <Link to="/collect">{title}</Link>,
    dataset: (
      <Link to="/data/$name" params={{ name: id }}>
        {title}
      </Link>
    ),
    run: (
      <Link to="/runs/$id" params={{ id }}>
        {title}
      </Link>
    ),
    model: <Link to="/models">{title}</Link>,
  };
  return (
    <Button asChild size="small">
      {targets[kind]}
    </Button>
  );
}

function StepLog({ step: { log, title } }: { step: Step }) {
  if (log.length === 0) return null;
  return (
    <ScrollRegion
      label={`Log of ${title}`}
      className="mt-5 max-h-96 overflow-auto rounded-lg bg-paper p-4 font-mono text-[0.8125rem] leading-6"
    >
      {[...log.entries()].map(([line, { at, level, message }]) => (
        <p key={line} className={level === 'warn' ? 'wrap-anywhere text-warning' : 'wrap-anywhere'}>
          <span className="text-muted">{new Date(at).toLocaleTimeString('en-GB')} </span>
          {message}
        </p>
      ))}
    </ScrollRegion>
  );
}
