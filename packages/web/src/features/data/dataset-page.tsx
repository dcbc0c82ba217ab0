import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { integer } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { PageHeader } from '@/shared/ui/page-header';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Tabs } from '@/shared/ui/tabs';
import { CheckPanel } from './check-panel';
import { ClassBalance } from './class-balance';
import { ImportDialog } from './import-dialog';
import { ImportProgress } from './import-progress';
import { RejectedTable } from './rejected-table';
import { RowBrowser } from './row-browser';
import { useDeleteDataset } from './use-change-datasets';
import { type Dataset, datasetQuery, splits } from './use-datasets';

export function DatasetPage() {
  const { name } = useParams({ from: '/shell/data/$name' });
  const navigate = useNavigate();
  const { data: dataset, error, refetch } = useQuery(datasetQuery(name));
  const remove = useDeleteDataset();
  if (!dataset) return error ? <ErrorState error={error} retry={() => refetch()} /> : <SkeletonRows />;
  return (
    <>
      <PageHeader
        title={dataset.name}
        eyebrow={<Link to="/data">Data</Link>}
        lead={dataset.snapshot && <span className="font-mono text-sm">snapshot {dataset.snapshot.slice(0, 12)}</span>}
        actions={
          <>
            <Confirm
              danger
              trigger={<Button variant="danger">Delete</Button>}
              title={`Delete ${dataset.name}?`}
              description="Its rows and pictures go. Runs and models made from it keep their record."
              action="Delete the data set"
              onConfirm={() => remove.mutate(name, { onSuccess: () => navigate({ to: '/data' }) })}
            />
            {dataset.snapshot && (
              <Button asChild variant="primary">
                <Link to="/runs/new" search={{ dataset: name }}>
                  Train on it
                </Link>
              </Button>
            )}
          </>
        }
      />
      {dataset.importing && <ImportProgress job={dataset.importing} className="mb-10" />}
      {dataset.snapshot ? <Snapshot dataset={dataset} /> : <NoRows dataset={dataset} />}
    </>
  );
}

/** The newest snapshot: how much is in it, its rows, classes, what was refused, and what stands out. */
function Snapshot({ dataset }: { dataset: Dataset }) {
  return (
    <>
      <dl className="mb-10 grid grid-cols-2 gap-x-6 gap-y-6 sm:grid-cols-3 lg:grid-cols-6">
        {[
          ['Rows', dataset.rows],
          ['Classes', dataset.classes.length],
          ...splits.map((split): [string, number] => [
            split.charAt(0).toUpperCase() + split.slice(1),
            dataset.splits[split],
          ]),
          ['With a photo', dataset.fields.image],
        ].map(([title, value]) => (
          <div key={title} className="border-t border-line pt-3">
            <dt className="text-sm text-muted">{title}</dt>
            <dd className="mt-1 font-display text-2xl tabular-nums">{integer(Number(value))}</dd>
          </div>
        ))}
      </dl>
      <Tabs
        label="Data set"
        tabs={[
          { value: 'rows', title: 'Rows', content: <RowBrowser dataset={dataset} /> },
          { value: 'classes', title: 'Classes', content: <ClassBalance classes={dataset.classes} /> },
          {
            value: 'rejected',
            title: `Rejected (${integer(dataset.rejected)})`,
            content: <RejectedTable dataset={dataset} />,
          },
          { value: 'check', title: 'Check', content: <CheckPanel key={dataset.snapshot} name={dataset.name} /> },
        ]}
      />
    </>
  );
}

function NoRows({ dataset: { name, format, importing } }: { dataset: Dataset }) {
  const [again, setAgain] = useState(false);
  const underWay = importing?.state === 'queued' || importing?.state === 'running';
  if (underWay)
    return (
      <EmptyState title="The rows are on their way">
        They are checked, grouped and split. This page follows the import.
      </EmptyState>
    );
  return (
    <>
      <EmptyState
        title="No rows came in"
        action={format !== 'catalogue' && <Button onClick={() => setAgain(true)}>Import again</Button>}
      >
        Mend what the message says, then import once more under the same name.
      </EmptyState>
      {again && <ImportDialog again={{ name, format }} onClose={() => setAgain(false)} />}
    </>
  );
}
