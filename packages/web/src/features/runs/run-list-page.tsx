import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import clsx from 'clsx';
import { useState } from 'react';
import { ago, duration, metric, metricTitle } from '@/shared/lib/format';
import { tasksQuery } from '@/shared/training/tasks';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { Progress } from '@/shared/ui/progress';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { RunBadge } from './run-badge';
import { isLive, type Run, type RunFilter, type RunState, useRuns } from './use-runs';

const states: RunState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];
const most = 8;

export function RunListPage() {
  const navigate = useNavigate();
  const [filter, setFilter] = useState<RunFilter>({ page: 1 });
  const [chosen, setChosen] = useState<number[]>([]);
  const { data, error, isPending, isPlaceholderData, refetch } = useRuns(filter);
  const { data: tasks = [] } = useQuery(tasksQuery);

  function narrow(part: { task?: string; state?: string }) {
    const { task = filter.task ?? '', state = filter.state ?? '' } = part;
    setFilter({ page: 1, ...(task ? { task } : {}), ...(state ? { state: state as RunState } : {}) });
  }

  return (
    <>
      <PageHeader
        title="Runs"
        lead="Every training, with what went in and what came out."
        actions={
          <>
            <Button
              disabled={chosen.length < 2}
              onClick={() => navigate({ to: '/runs/compare', search: { ids: chosen.join(',') } })}
            >
              {chosen.length < 2 ? 'Compare' : `Compare ${chosen.length}`}
            </Button>
            <Button asChild variant="primary">
              <Link to="/runs/new">Start a training</Link>
            </Button>
          </>
        }
      />
      <div className="mb-5 flex flex-wrap gap-2.5">
        {tasks.length > 1 && (
          <select
            aria-label="Task"
            className="control w-auto!"
            onChange={(event) => narrow({ task: event.target.value })}
          >
            <option value="">All tasks</option>
            {tasks.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        )}
        <select
          aria-label="State"
          className="control w-auto!"
          onChange={(event) => narrow({ state: event.target.value })}
        >
          <option value="">All states</option>
          {states.map((state) => (
            <option key={state}>{state}</option>
          ))}
        </select>
      </div>
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState title={filter.state || filter.task ? 'No such run' : 'No runs yet'}>
          A run learns from a data set and ends with a model you can promote.
        </EmptyState>
      ) : (
        <div className={clsx(isPlaceholderData && 'opacity-60')}>
          <Table
            label="Runs"
            head={
              <>
                <Th>Run</Th>
                <Th>Data set</Th>
                <Th>State</Th>
                <Th right>Result</Th>
                <Th right>Took</Th>
                <Th right>Started</Th>
                <Th right>Compare</Th>
              </>
            }
          >
            {data.items.map((run) => (
              <Row
                key={run.id}
                run={run}
                chosen={chosen.includes(run.number)}
                full={chosen.length >= most}
                onChoose={(on) =>
                  setChosen(on ? [...chosen, run.number] : chosen.filter((number) => number !== run.number))
                }
              />
            ))}
          </Table>
        </div>
      )}
      {data && <Pagination {...data} onPage={(page) => setFilter({ ...filter, page })} />}
    </>
  );
}

interface RowProps {
  run: Run;
  chosen: boolean;
  full: boolean;
  onChoose(on: boolean): void;
}

function Row({ run, chosen, full, onChoose }: RowProps) {
  const value = run.metrics?.[run.primaryMetric];
  const took = run.startedAt && run.finishedAt ? (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000 : null;
  return (
    <tr>
      <Td className="whitespace-nowrap">
        <Link to="/runs/$id" params={{ id: run.id }} className="font-semibold hover:text-accent">
          #{run.number}
        </Link>{' '}
        <span className="text-muted">{run.task}</span>
      </Td>
      <Td>{run.dataset}</Td>
      <Td className="min-w-36">
        <RunBadge state={run.state} />
        {isLive(run) && (
          <div className="mt-2 max-w-44">
            <Progress label={`Run ${run.number}`} fraction={run.state === 'queued' ? 0 : run.fraction} />
            {run.secondsLeft !== null && (
              <span className="mt-1 block text-xs text-muted tabular-nums">{duration(run.secondsLeft)} left</span>
            )}
          </div>
        )}
      </Td>
      <Td right className="whitespace-nowrap">
        {value === undefined ? (
          <span className="text-muted">–</span>
        ) : (
          <span title={metricTitle(run.primaryMetric)}>{metric(run.primaryMetric, value)}</span>
        )}
      </Td>
      <Td right className="whitespace-nowrap text-muted">
        {took === null ? '–' : duration(took)}
      </Td>
      <Td right className="whitespace-nowrap text-muted">
        {ago(run.startedAt ?? run.createdAt)}
      </Td>
      <Td right>
        <input
          type="checkbox"
          className="size-4.5 accent-(--accent)"
          aria-label={`Compare run ${run.number}`}
          checked={chosen}
          disabled={!chosen && full}
          onChange={(event) => onChoose(event.target.checked)}
        />
      </Td>
    </tr>
  );
}
