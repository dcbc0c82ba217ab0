import { useNavigate } from '@tanstack/react-router';
import type { Schemas } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { counted, integer } from '@/shared/lib/format';
import { ConfigFields } from '@/shared/training/config-fields';
import { type ConfigProperty, configOf, propertiesOf } from '@/shared/training/config-schema';
import { PromoteField } from '@/shared/training/promote-field';
import { Button } from '@/shared/ui/button';
import { FormError } from '@/shared/ui/form-error';
import { plain, SelectField } from '@/shared/ui/select-field';
import { useStartRun } from './use-change-runs';

interface RunStartFormProps {
  tasks: Schemas['Task'][];
  datasets: Schemas['Dataset'][];
  /** What is chosen at first, where there is such. */
  wanted: { task: string | undefined; dataset: string | undefined };
}

/** What is learnt, from which data set and how; the settings come from the task's own schema. */
export function RunStartForm({ tasks, datasets, wanted }: RunStartFormProps) {
  const navigate = useNavigate();
  const start = useStartRun();
  const [taskName, setTaskName] = useState(wanted.task);
  const [datasetName, setDatasetName] = useState(wanted.dataset);
  const [values, setValues] = useState<Record<string, string>>({});
  const [promote, setPromote] = useState(true);
  const task = tasks.find(({ name }) => name === taskName) ?? tasks[0];
  const dataset = datasets.find(({ name }) => name === datasetName) ?? datasets[0];
  if (!task || !dataset) return null;
  const properties = propertiesOf(task.configSchema);
  const order = { task: task.name, dataset: dataset.name, config: configOf(properties, values), promote };

  function submit(event: FormEvent) {
    event.preventDefault();
    start.mutate(order, { onSuccess: (run) => navigate({ to: '/runs/$id', params: { id: run.id } }) });
  }

  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-8">
      <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
        <SelectField
          label="Task"
          value={task.name}
          choices={tasks.map(({ name, title }) => ({ value: name, title }))}
          onChange={setTaskName}
        />
        <SelectField
          label="Data set"
          hint={`${counted(dataset.rows, 'row')}, ${integer(dataset.classes.length)} classes`}
          value={dataset.name}
          choices={plain(datasets.map(({ name }) => name))}
          onChange={setDatasetName}
        />
      </div>
      <Settings
        properties={properties}
        values={values}
        onChange={(key, value) => setValues((current) => ({ ...current, [key]: value }))}
      />
      <PromoteField checked={promote} onChange={setPromote} />
      <FormError error={start.error} />
      <Button type="submit" variant="primary" size="large" busy={start.isPending} className="self-start">
        Start training
      </Button>
    </form>
  );
}

interface SettingsProps {
  properties: ConfigProperty[];
  values: Record<string, string>;
  onChange(key: string, value: string): void;
}

/** The settings of the training; those that tune one part of a model are folded away. */
function Settings({ properties, ...entries }: SettingsProps) {
  const advanced = properties.filter((property) => property.advanced);
  return (
    <>
      <ConfigFields properties={properties.filter((property) => !property.advanced)} {...entries} />
      {advanced.length > 0 && (
        <details className="rounded-lg border border-line px-5 py-4">
          <summary className="font-semibold">Advanced</summary>
          <div className="mt-5">
            <ConfigFields properties={advanced} {...entries} />
          </div>
        </details>
      )}
    </>
  );
}
