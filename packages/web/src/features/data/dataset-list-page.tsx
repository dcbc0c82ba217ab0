import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ago, bytes, integer } from '@/shared/lib/format';
import { usePaged } from '@/shared/lib/use-paged';
import { Button } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { toast, toastError } from '@/shared/ui/toast';
import { ImportDialog } from './import-dialog';
import { ImportProgress } from './import-progress';
import { useSnapshotCatalogue } from './use-change-datasets';
import { type Dataset, useDatasets } from './use-datasets';

export function DatasetListPage() {
  const { data, error, isPending, refetch } = useDatasets();
  const [importing, setImporting] = useState(false);
  const snapshot = useSnapshotCatalogue();
  const fromCatalogue = () =>
    snapshot.mutate('catalogue', {
      onSuccess: () => toast('The catalogue becomes a data set', { description: 'Under the name “catalogue”.' }),
      onError: (problem) => toastError('No data set was made', problem),
    });
  const actions = (
    <>
      <Button busy={snapshot.isPending} onClick={fromCatalogue}>
        From the catalogue
      </Button>
      <Button variant="primary" onClick={() => setImporting(true)}>
        Import
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title="Data" lead="What models learn from: fixed, split and checked." actions={actions} />
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.length === 0 ? (
        <EmptyState title="No data yet">Import a file, or make a data set of the products in the catalogue.</EmptyState>
      ) : (
        <Datasets datasets={data} />
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function Datasets({ datasets }: { datasets: Dataset[] }) {
  const { shown, pages } = usePaged(datasets, 25);
  return (
    <>
      <Table
        label="Data sets"
        head={
          <>
            <Th>Name</Th>
            <Th right>Rows</Th>
            <Th right>Classes</Th>
            <Th>Holds</Th>
            <Th right>Rejected</Th>
            <Th right>Size</Th>
            <Th right>Changed</Th>
          </>
        }
      >
        {shown.map((dataset) => (
          <Row key={dataset.name} dataset={dataset} />
        ))}
      </Table>
      <Pagination {...pages} />
    </>
  );
}

function Row({ dataset }: { dataset: Dataset }) {
  const holds = [dataset.fields.title + dataset.fields.description > 0 && 'text', dataset.fields.image > 0 && 'photos']
    .filter(Boolean)
    .join(', ');
  return (
    <tr>
      <Td className="min-w-56 max-w-md">
        <Link
          to="/data/$name"
          params={{ name: dataset.name }}
          className="font-semibold wrap-anywhere hover:text-accent"
        >
          {dataset.name}
        </Link>
        <p className="text-sm text-muted">{dataset.format}</p>
        {dataset.importing && <ImportProgress job={dataset.importing} />}
      </Td>
      <Td right>{integer(dataset.rows)}</Td>
      <Td right>{integer(dataset.classes.length)}</Td>
      <Td className="text-muted">{holds}</Td>
      <Td right>{integer(dataset.rejected)}</Td>
      <Td right className="whitespace-nowrap">
        {bytes(dataset.bytes)}
      </Td>
      <Td right className="whitespace-nowrap text-muted">
        {ago(dataset.updatedAt)}
      </Td>
    </tr>
  );
}
