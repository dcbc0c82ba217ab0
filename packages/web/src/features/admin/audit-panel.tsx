import { useState } from 'react';
import { dateTime } from '@/shared/lib/format';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { useAudit } from './use-admin';

export function AuditPanel() {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useAudit(page);
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.total === 0) return <EmptyState title="Nothing was changed yet" />;
  return (
    <>
      <Table
        label="Audit log"
        head={
          <>
            <Th>When</Th>
            <Th>Who</Th>
            <Th>What</Th>
            <Th>On</Th>
          </>
        }
      >
        {data.items.map(({ id, at, actor, action, subject }) => (
          <tr key={id}>
            <Td className="whitespace-nowrap text-muted">{dateTime(at)}</Td>
            <Td className="break-all">{actor}</Td>
            <Td className="whitespace-nowrap">{action}</Td>
            <Td className="font-mono text-sm break-all">{subject}</Td>
          </tr>
        ))}
      </Table>
      <Pagination {...data} onPage={setPage} />
    </>
  );
}
