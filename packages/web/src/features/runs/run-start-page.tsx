import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { tasksQuery } from '@/shared/training/tasks';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { RunStartForm } from './run-start-form';
import { useReadyDatasets } from './use-ready-datasets';

/** A training's beginning, once it is known what can be learnt and from what. */
export function RunStartPage() {
  const { dataset: wanted, task: wantedTask } = useSearch({ from: '/shell/runs/new' });
  const tasks = useQuery(tasksQuery);
  const datasets = useReadyDatasets();

  const error = tasks.error ?? datasets.error;
  if (!tasks.data || !datasets.data) return error ? <ErrorState error={error} /> : <SkeletonRows />;
  const isThere = datasets.data.some(({ name }) => name === wanted);
  if (wanted && !isThere && datasets.isFetching) return <SkeletonRows />;
  if (tasks.data.length === 0 || datasets.data.length === 0) return <NothingToLearnFrom />;
  return (
    <>
      <PageHeader
        title="Start a training"
        eyebrow={<Link to="/runs">Runs</Link>}
        lead="What is left empty is chosen by what the data set holds."
      />
      <RunStartForm tasks={tasks.data} datasets={datasets.data} wanted={{ task: wantedTask, dataset: wanted }} />
    </>
  );
}

function NothingToLearnFrom() {
  return (
    <>
      <PageHeader title="Start a training" />
      <EmptyState
        title="There is no data to learn from"
        action={
          <Button asChild variant="primary">
            <Link to="/data">To the data</Link>
          </Button>
        }
      >
        Import a data set first, or make one of the catalogue.
      </EmptyState>
    </>
  );
}
