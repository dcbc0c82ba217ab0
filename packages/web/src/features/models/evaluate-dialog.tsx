import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { api, messageOf } from '@/shared/api/client';
import { metric, metricTitle } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { Progress } from '@/shared/ui/progress';
import { useEvaluate } from './use-evaluate';
import type { Model } from './use-models';

const splits = ['test', 'validation', 'train', 'all'] as const;

/** A version's metrics on any data set, measured now. */
export function EvaluateDialog({ model, onClose }: { model: Model; onClose(): void }) {
  const { data: datasets = [] } = useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
  });
  const [wanted, setWanted] = useState(model.dataset);
  const dataset = (datasets.find(({ name }) => name === wanted) ?? datasets[0])?.name ?? '';
  const [split, setSplit] = useState<(typeof splits)[number]>('test');
  const { start, job, error } = useEvaluate(model);
  const working = start.isPending || job?.state === 'running' || job?.state === 'queued';
  const metrics = (job?.result as { metrics?: Record<string, number> } | null | undefined)?.metrics;

  function submit(event: FormEvent) {
    event.preventDefault();
    start.mutate({ dataset, split });
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Evaluate version ${model.version}`}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <div className="grid grid-cols-[1fr_9rem] gap-3">
          <Field label="Data set">
            {(control) => (
              <select
                {...control}
                className="control"
                value={dataset}
                onChange={(event) => setWanted(event.target.value)}
              >
                {datasets.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Split">
            {(control) => (
              <select
                {...control}
                className="control"
                value={split}
                onChange={(event) => setSplit(splits.find((one) => one === event.target.value) ?? 'test')}
              >
                {splits.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {working && <Progress label="Evaluation" fraction={job?.fraction ?? null} />}
        {(error || job?.error) && (
          <p role="alert" className="rounded-md bg-danger-tint px-3 py-2.5 text-sm text-danger">
            {job?.error?.message ?? messageOf(error)}
          </p>
        )}
        {metrics && (
          <dl aria-live="polite" className="grid grid-cols-2 gap-4">
            {Object.entries(metrics).map(([name, value]) => (
              <div key={name} className="border-t border-line pt-2">
                <dt className="text-sm text-muted">{metricTitle(name)}</dt>
                <dd className="font-display text-xl tabular-nums">{metric(name, value)}</dd>
              </div>
            ))}
          </dl>
        )}
        <Button type="submit" variant="primary" busy={working} disabled={!dataset} className="self-start">
          Evaluate
        </Button>
      </form>
    </Dialog>
  );
}
