import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { unwrap } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { api } from '@/shared/api/client';
import { TimeField } from '@/shared/schedules/time-field';
import { useCreateSchedule } from '@/shared/schedules/use-schedules';
import { ConfigFields } from '@/shared/training/config-fields';
import { configOf, propertiesOf } from '@/shared/training/config-schema';
import { PromoteField } from '@/shared/training/promote-field';
import { tasksQuery } from '@/shared/training/tasks';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { FormError } from '@/shared/ui/form-error';
import { toast } from '@/shared/ui/toast';
import { type LearnOrder, useStartPipeline } from './use-pipelines';

const CATALOGUE = 'catalogue';

/** What can be learnt, and from what. */
function useChoices() {
  const tasks = useQuery(tasksQuery);
  const sites = useQuery({
    queryKey: ['collect'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/collect/sites', { signal })),
  });
  const datasets = useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
  });
  return { tasks: tasks.data ?? [], sites: sites.data ?? [], datasets: datasets.data ?? [] };
}

/** Starts a pipeline that learns, now or at times. */
export function StartDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const { tasks, sites, datasets } = useChoices();
  const [task, setTask] = useState('similar');
  const [source, setSource] = useState(CATALOGUE);
  const [promote, setPromote] = useState(true);
  const [cron, setCron] = useState<string>();
  const [values, setValues] = useState<Record<string, string>>({});
  const properties = propertiesOf(tasks.find(({ name }) => name === task)?.configSchema);
  const start = useStartPipeline();
  const schedule = useCreateSchedule();

  function chooseTask(name: string) {
    setTask(name);
    setValues({});
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const [kind = '', name = ''] = source.split(/:(.*)/s);
    const order: LearnOrder = {
      ...{ task, promote, config: configOf(properties, values) },
      ...(kind === 'site' ? { site: name } : {}),
      ...(kind === 'dataset' ? { dataset: name } : {}),
    };
    if (cron === undefined) {
      start.mutate(order, { onSuccess: ({ id }) => navigate({ to: '/pipelines/$id', params: { id } }) });
      return;
    }
    const target = { pipeline: 'learn', input: { ...order } };
    schedule.mutate(
      { kind: 'pipeline', target, cron },
      {
        onSuccess: () => {
          toast('The pipeline is scheduled');
          onClose();
        },
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Start a pipeline"
      dirty={cron !== undefined || Object.values(values).some((value) => value !== '')}
      description="It makes a data set, checks it, trains, and compares the model with the one in production."
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="Learn">
          {(control) => (
            <select {...control} className="control" value={task} onChange={({ target }) => chooseTask(target.value)}>
              {tasks.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="From" hint="A site is collected first; then the whole catalogue is learnt from.">
          {(control) => (
            <select {...control} className="control" value={source} onChange={({ target }) => setSource(target.value)}>
              <option value={CATALOGUE}>The catalogue as it stands</option>
              {sites.map(({ name }) => (
                <option key={name} value={`site:${name}`}>
                  Site {name}
                </option>
              ))}
              {datasets
                .filter(({ snapshot }) => snapshot !== null)
                .map(({ name }) => (
                  <option key={name} value={`dataset:${name}`}>
                    Data set {name}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <details className="rounded-lg border border-line px-5 py-4">
          <summary className="font-semibold">Settings of the training</summary>
          <div className="mt-5">
            <ConfigFields
              properties={properties}
              values={values}
              onChange={(key, value) => setValues((current) => ({ ...current, [key]: value }))}
            />
          </div>
        </details>
        <TimeField label="When" none="Now" value={cron} onChange={setCron} />
        <PromoteField checked={promote} onChange={setPromote} />
        <FormError error={start.error ?? schedule.error} />
        <div>
          <Button type="submit" variant="primary" busy={start.isPending || schedule.isPending}>
            {cron === undefined ? 'Start' : 'Schedule'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
