import { useQuery } from '@tanstack/react-query';
import { type Measured, unwrap } from '@vitrine/client';
import { type FormEvent, useState } from 'react';
import { api, messageOf } from '@/shared/api/client';
import { integer, metric, metricNames, metricTitle } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Progress } from '@/shared/ui/progress';
import { plain, SelectField } from '@/shared/ui/select-field';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { type Evaluated, type Split, useEvaluate } from './use-evaluate';
import type { Model } from './use-models';

const splits: readonly Split[] = ['test', 'validation', 'train', 'all'];

/** A version's metrics on any data set, measured now. */
export function EvaluateDialog({ model, onClose }: { model: Model; onClose(): void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Evaluate version ${model.version}`}>
      {data ? (
        <EvaluateForm model={model} datasets={data.map(({ name }) => name)} />
      ) : error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : (
        <SkeletonRows rows={3} />
      )}
    </Dialog>
  );
}

function EvaluateForm({ model, datasets }: { model: Model; datasets: string[] }) {
  const [wanted, setWanted] = useState(model.dataset);
  const dataset = datasets.find((name) => name === wanted) ?? datasets[0] ?? '';
  const [split, setSplit] = useState<Split>('test');
  const { start, job, error } = useEvaluate(model);
  const working = start.isPending || job?.state === 'running' || job?.state === 'queued';
  const measured = job?.result as Measured | null | undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    start.mutate({ dataset, split });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <div className="grid grid-cols-[1fr_9rem] gap-3">
        <SelectField label="Data set" value={dataset} choices={plain(datasets)} onChange={setWanted} />
        <SelectField label="Split" value={split} choices={plain(splits)} onChange={setSplit} />
      </div>
      {working && <Progress label="Evaluation" fraction={job?.fraction ?? null} />}
      {(error || job?.error) && (
        <p role="alert" className="rounded-md bg-danger-tint px-3 py-2.5 text-sm text-danger">
          {job?.error?.message ?? messageOf(error)}
        </p>
      )}
      {measured && start.variables && <Result {...measured} {...start.variables} primary={model.primaryMetric} />}
      <Button type="submit" variant="primary" busy={working} disabled={!dataset} className="self-start">
        Evaluate
      </Button>
    </form>
  );
}

/** What was measured, and on which rows: the fields may say others by now. */
function Result({
  metrics,
  learntFrom,
  recorded,
  dataset,
  split,
  primary,
}: Evaluated & Measured & { primary: string }) {
  const rows = metrics.examples === undefined ? '' : `, ${integer(metrics.examples)} rows`;
  return (
    <section aria-live="polite">
      <Metrics
        title={`On ${split === 'all' ? 'all rows' : `the ${split} split`} of ${dataset}${rows}`}
        metrics={metrics}
        primary={primary}
      />
      {learntFrom && (
        <p className="mt-4 rounded-md bg-tint px-3 py-2.5 text-sm">
          This version has learnt from these rows too, so that it does better on them than on any others.
        </p>
      )}
      {recorded && (
        <div className="mt-5">
          <Metrics title="On its test split, before it learnt from that" metrics={recorded} primary={primary} />
        </div>
      )}
    </section>
  );
}

function Metrics({ title, metrics, primary }: { title: string; metrics: Record<string, number>; primary: string }) {
  return (
    <>
      <h3 className="mb-3 text-sm font-semibold break-words">{title}</h3>
      <dl className="grid grid-cols-2 gap-4">
        {metricNames(metrics, primary).map((name) => (
          <div key={name} className="border-t border-line pt-2">
            <dt className="text-sm text-muted">{metricTitle(name)}</dt>
            <dd className="font-display text-xl tabular-nums">{metric(name, metrics[name] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
