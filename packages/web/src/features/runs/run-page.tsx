import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { metricTitle, percent } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { PageHeader } from '@/shared/ui/page-header';
import { Progress } from '@/shared/ui/progress';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Tabs } from '@/shared/ui/tabs';
import { ClassTable } from './class-table';
import { ConfusionPanel } from './confusion-panel';
import { Curves } from './curves';
import { PaceLine } from './pace';
import { ProjectionPanel } from './projection/projection-panel';
import { RunBadge } from './run-badge';
import { RunConfig, RunLogs } from './run-details';
import { RunPhases } from './run-phases';
import { RunResults } from './run-results';
import { useCancelRun, useDeleteRun, useResumeRun } from './use-change-runs';
import { useRunEvents } from './use-run-events';
import { isLive, type Run, runQuery } from './use-runs';

/** One training, live while it runs. */
export function RunPage() {
  const { id } = useParams({ from: '/shell/runs/$id' });
  const { data: run, error, refetch } = useQuery(runQuery(id));
  const connected = useRunEvents(id, run);
  if (!run) return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
  return (
    <>
      <PageHeader
        title={`Run ${run.number}`}
        eyebrow={<Link to="/runs">Runs</Link>}
        lead={
          <span className="flex flex-wrap items-center gap-3">
            <RunBadge state={run.state} />
            {run.task} on{' '}
            <Link to="/data/$name" params={{ name: run.dataset }} className="link">
              {run.dataset}
            </Link>
          </span>
        }
        actions={<RunActions run={run} />}
      />
      {isLive(run) && <LiveProgress run={run} connected={connected} />}
      {run.error && (
        <p role="alert" className="mb-8 rounded-lg bg-danger-tint px-5 py-4">
          <strong className="text-danger">{run.error.code}</strong> {run.error.message}
        </p>
      )}
      {run.metrics && <RunResults run={run} metrics={run.metrics} />}
      <RunPhases run={run} />
      <PaceLine run={run} />
      <Tabs
        label="Run"
        tabs={[
          { value: 'curves', title: 'Curves', content: <Curves run={run} /> },
          ...(run.task === 'classify'
            ? [
                { value: 'confusion', title: 'Confusion', content: <ConfusionPanel run={run} /> },
                { value: 'classes', title: 'Classes', content: <ClassTable run={run} /> },
              ]
            : []),
          ...(run.task === 'similar'
            ? [{ value: 'embedding', title: 'Embedding', content: <ProjectionPanel run={run} /> }]
            : []),
          { value: 'config', title: 'Config', content: <RunConfig run={run} /> },
          { value: 'log', title: 'Log', content: <RunLogs run={run} /> },
        ]}
      />
    </>
  );
}

function LiveProgress({ run, connected }: { run: Run; connected: boolean }) {
  return (
    <section aria-label="Progress" className="mb-10 rounded-xl bg-paper p-6">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-3">
        <p className="font-display text-xl">
          {run.state === 'queued' ? 'Waiting for its turn' : run.message || metricTitle(run.phase ?? 'running')}
        </p>
        <p className="text-sm text-muted tabular-nums">
          {percent(run.fraction)}
          {!connected && ' · connecting'}
        </p>
      </div>
      <Progress label="Training" fraction={run.fraction} />
    </section>
  );
}

function RunActions({ run }: { run: Run }) {
  const navigate = useNavigate();
  const cancel = useCancelRun();
  const resume = useResumeRun();
  const remove = useDeleteRun();
  return (
    <>
      {isLive(run) && (
        <Button variant="danger" busy={cancel.isPending} onClick={() => cancel.mutate(run)}>
          Cancel
        </Button>
      )}
      {(run.state === 'failed' || run.state === 'cancelled') && (
        <Button variant="primary" busy={resume.isPending} onClick={() => resume.mutate(run)}>
          Go on
        </Button>
      )}
      {!isLive(run) && run.modelId === null && (
        <Confirm
          danger
          trigger={<Button variant="danger">Delete</Button>}
          title={`Delete run ${run.number}?`}
          description="Its curves, figures and checkpoints go for good."
          action="Delete the run"
          onConfirm={() => remove.mutate(run, { onSuccess: () => navigate({ to: '/runs' }) })}
        />
      )}
      {run.modelId && (
        <Button asChild variant="primary">
          <Link to="/models">See the model</Link>
        </Button>
      )}
    </>
  );
}
