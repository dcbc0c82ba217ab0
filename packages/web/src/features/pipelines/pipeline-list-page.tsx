import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ago, duration } from '@/shared/lib/format';
import { ScheduleList } from '@/shared/schedules/schedule-list';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { StartDialog } from './start-dialog';
import { PipelineBadge, StepIcon } from './step-state';
import { usePipelines } from './use-pipelines';

/** Past pipelines and the one under way, what starts them by itself, and the form that starts one. */
export function PipelineListPage() {
  const [page, setPage] = useState(1);
  const [starting, setStarting] = useState(false);
  const { data, error, isPending, refetch } = usePipelines(page);
  return (
    <>
      <PageHeader
        title="Pipelines"
        lead="From a shop’s site to a better model in production, step by step."
        actions={
          <Button variant="primary" onClick={() => setStarting(true)}>
            Start a pipeline
          </Button>
        }
      />
      <ScheduleList kinds={['pipeline', 'train']} />
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState title="No pipeline yet">
          One collects the catalogue anew, trains on it, and puts the model into production where it wins.
        </EmptyState>
      ) : (
        <Table
          label="Pipelines"
          head={
            <>
              <Th>Pipeline</Th>
              <Th>State</Th>
              <Th>Steps</Th>
              <Th right>Took</Th>
              <Th right>Started</Th>
            </>
          }
        >
          {data.items.map(({ id, number, title, state, steps, createdAt, finishedAt }) => (
            <tr key={id}>
              <Td className="min-w-48">
                <Link to="/pipelines/$id" params={{ id }} className="font-semibold hover:text-accent">
                  {title}
                </Link>{' '}
                <span className="text-muted">#{number}</span>
              </Td>
              <Td>
                <PipelineBadge state={state} />
              </Td>
              <Td>
                <ol aria-label="Steps" className="flex gap-1">
                  {steps.map((step) => (
                    <li key={step.name} title={step.title} className="relative">
                      <StepIcon state={step.state} className="size-4" />
                      <span className="sr-only">{step.title}</span>
                    </li>
                  ))}
                </ol>
              </Td>
              <Td right className="whitespace-nowrap text-muted">
                {finishedAt ? duration((Date.parse(finishedAt) - Date.parse(createdAt)) / 1000) : '–'}
              </Td>
              <Td right className="whitespace-nowrap text-muted">
                {ago(createdAt)}
              </Td>
            </tr>
          ))}
        </Table>
      )}
      {data && <Pagination {...data} onPage={setPage} />}
      {starting && <StartDialog onClose={() => setStarting(false)} />}
    </>
  );
}
