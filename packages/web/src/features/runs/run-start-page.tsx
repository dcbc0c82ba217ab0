import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { counted, integer } from '@/shared/lib/format';
import { ConfigFields } from '@/shared/training/config-fields';
import { configOf, propertiesOf } from '@/shared/training/config-schema';
import { PromoteField } from '@/shared/training/promote-field';
import { tasksQuery } from '@/shared/training/tasks';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { PageHeader } from '@/shared/ui/page-header';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { useStartRun } from './use-change-runs';
import { useReadyDatasets } from './use-ready-datasets';

/** A training's beginning; the form comes from the task's own schema. */
export function RunStartPage() {
  const navigate = useNavigate();
  const { dataset: wanted, task: wantedTask } = useSearch({ from: '/shell/runs/new' });
  const tasks = useQuery(tasksQuery);
  const datasets = useReadyDatasets();
  const start = useStartRun();
  const [taskName, setTaskName] = useState(wantedTask);
  const [datasetName, setDatasetName] = useState(wanted);
  const [values, setValues] = useState<Record<string, string>>({});
  const [promote, setPromote] = useState(true);

  const error = tasks.error ?? datasets.error;
  if (!tasks.data || !datasets.data) return error ? <ErrorState error={error} /> : <SkeletonRows />;
  const isThere = (name: string) => datasets.data.some((one) => one.name === name);
  if (wanted && !isThere(wanted) && datasets.isFetching) return <SkeletonRows />;
  const task = tasks.data.find(({ name }) => name === taskName) ?? tasks.data[0];
  const dataset = datasets.data.find(({ name }) => name === datasetName) ?? datasets.data[0];
  if (!task || !dataset) {
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
  const properties = propertiesOf(task.configSchema);
  const change = (key: string, value: string) => setValues((current) => ({ ...current, [key]: value }));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!task || !dataset) return;
    start.mutate(
      { task: task.name, dataset: dataset.name, config: configOf(properties, values), promote },
      { onSuccess: (run) => navigate({ to: '/runs/$id', params: { id: run.id } }) },
    );
  }

  return (
    <>
      <PageHeader
        title="Start a training"
        eyebrow={<Link to="/runs">Runs</Link>}
        lead="What is left empty is chosen by what the data set holds."
      />
      <form onSubmit={submit} className="flex max-w-3xl flex-col gap-8">
        <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
          <Field label="Task">
            {(control) => (
              <select
                {...control}
                className="control"
                value={task.name}
                onChange={(event) => setTaskName(event.target.value)}
              >
                {tasks.data.map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Data set" hint={`${counted(dataset.rows, 'row')}, ${integer(dataset.classes.length)} classes`}>
            {(control) => (
              <select
                {...control}
                className="control"
                value={dataset.name}
                onChange={(event) => setDatasetName(event.target.value)}
              >
                {datasets.data.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <ConfigFields properties={properties.filter(({ advanced }) => !advanced)} values={values} onChange={change} />
        {properties.some(({ advanced }) => advanced) && (
          <details className="rounded-lg border border-line px-5 py-4">
            <summary className="font-semibold">Advanced</summary>
            <div className="mt-5">
              <ConfigFields
                properties={properties.filter(({ advanced }) => advanced)}
                values={values}
                onChange={change}
              />
            </div>
          </details>
        )}
        <PromoteField checked={promote} onChange={setPromote} />
        <FormError error={start.error} />
        <Button type="submit" variant="primary" size="large" busy={start.isPending} className="self-start">
          Start training
        </Button>
      </form>
    </>
  );
}
