import { useState } from 'react';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { type Dataset, useRejected } from './use-datasets';

export function RejectedTable({ dataset }: { dataset: Dataset }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useRejected(dataset, page);
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.total === 0) return <EmptyState title="Every row was taken" />;
  return (
    <>
      <Table
        label="Rejected rows"
        head={
          <>
            <Th right>Row</Th>
            <Th>Id</Th>
            <Th>Why</Th>
          </>
        }
      >
        {data.items.map(({ row, id, reason }) => (
          <tr key={`${row} ${reason}`}>
            <Td right className="w-20 text-muted">
              {row}
            </Td>
            <Td className="min-w-24 break-all sm:w-48">{id}</Td>
            <Td className="min-w-64">{reason}</Td>
          </tr>
        ))}
      </Table>
      <Pagination {...data} onPage={setPage} />
    </>
  );
}
