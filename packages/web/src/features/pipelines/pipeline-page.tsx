import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ago } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { StepGraph } from './step-graph';
import { StepPanel } from './step-panel';
import { PipelineBadge } from './step-state';
import {
  type Pipeline,
  pipelineQuery,
  type Step,
  useCancelPipeline,
  usePipelineEvents,
  useRetryPipeline,
} from './use-pipelines';

/** The step that one looks at first: what runs, what went wrong, else the last one done. */
function mainStep(steps: readonly Step[]): Step | undefined {
  const inState = (...states: Step['state'][]) => steps.find(({ state }) => states.includes(state));
  return (
    inState('running') ??
    inState('failed', 'cancelled') ??
    inState('queued') ??
    steps.findLast(({ state }) => state === 'succeeded') ??
    steps[0]
  );
}

/** One pipeline, live while it runs. */
export function PipelinePage() {
  const { id } = useParams({ from: '/shell/pipelines/$id' });
  const { data: pipeline, error, refetch } = useQuery(pipelineQuery(id));
  const [chosen, setChosen] = useState<string>();
  const panel = useRef<HTMLDivElement>(null);
  usePipelineEvents(id, pipeline?.state === 'running');
  if (!pipeline) return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
  const step = pipeline.steps.find(({ name }) => name === chosen) ?? mainStep(pipeline.steps);
  return (
    <>
      <PageHeader
        title={pipeline.title}
        eyebrow={<Link to="/pipelines">Pipelines</Link>}
        lead={
          <span className="flex flex-wrap items-center gap-3">
            <PipelineBadge state={pipeline.state} />#{pipeline.number}, {ago(pipeline.createdAt)}
            {pipeline.createdBy ? ` by ${pipeline.createdBy}` : ' by the clock'}
          </span>
        }
        actions={<Actions pipeline={pipeline} />}
      />
      <div className="grid items-start gap-8 lg:grid-cols-[22rem_1fr]">
        <StepGraph
          steps={pipeline.steps}
          chosen={step?.name}
          onChoose={(name) => {
            setChosen(name);
            // On a phone it stands below the graph.
            panel.current?.scrollIntoView({ block: 'nearest' });
          }}
        />
        <div ref={panel} className="scroll-my-6">
          {step && <StepPanel pipeline={pipeline.id} step={step} />}
        </div>
      </div>
    </>
  );
}

function Actions({ pipeline: { id, state } }: { pipeline: Pipeline }) {
  const cancel = useCancelPipeline();
  const retry = useRetryPipeline();
  if (state === 'running')
    return (
      <Button variant="danger" busy={cancel.isPending} onClick={() => cancel.mutate(id)}>
        Cancel
      </Button>
    );
  if (state === 'succeeded') return null;
  return (
    <Button variant="primary" busy={retry.isPending} onClick={() => retry.mutate(id)}>
      Go on
    </Button>
  );
}
