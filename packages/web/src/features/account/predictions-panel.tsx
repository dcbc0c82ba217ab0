import { useState } from 'react';
import { useCategories } from '@/shared/categories/use-categories';
import { ago, percent } from '@/shared/lib/format';
import { Badge } from '@/shared/ui/badge';
import { Pagination } from '@/shared/ui/pagination';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { useMyPredictions } from './use-account';

const basis: Record<string, string> = { text: 'text', image: 'photo', both: 'text and photo' };

/** What was asked, what was answered, and what was chosen in the end. */
export function PredictionsPanel() {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useMyPredictions(page);
  const { data: categories = [] } = useCategories();
  const nameOf = (code: string) => categories.find((category) => category.code === code)?.name ?? code;
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.total === 0)
    return <EmptyState title="No predictions yet">They appear here as you list products.</EmptyState>;
  return (
    <>
      <Table
        label="My predictions"
        head={
          <>
            <Th>Listing</Th>
            <Th>Suggested</Th>
            <Th>Chosen</Th>
            <Th>From</Th>
            <Th right>When</Th>
          </>
        }
      >
        {data.items.map((entry) => {
          const [first] = entry.predictions;
          return (
            <tr key={entry.id}>
              <Td className="max-w-80">
                <span className="line-clamp-2 break-words">
                  {entry.title || <span className="text-muted">No title</span>}
                </span>
              </Td>
              <Td className="whitespace-nowrap">
                {first ? (
                  <>
                    {first.name} <span className="text-sm text-muted">{percent(first.probability)}</span>
                  </>
                ) : (
                  '–'
                )}
              </Td>
              <Td>
                {entry.chosen === null ? (
                  <span className="text-muted">–</span>
                ) : (
                  <Badge tone={entry.chosen === first?.code ? 'accent' : 'warning'}>{nameOf(entry.chosen)}</Badge>
                )}
              </Td>
              <Td className="whitespace-nowrap text-muted">
                {basis[entry.used] ?? entry.used}, version {entry.modelVersion}
              </Td>
              <Td right className="whitespace-nowrap text-muted">
                {ago(entry.at)}
              </Td>
            </tr>
          );
        })}
      </Table>
      <Pagination {...data} onPage={setPage} />
    </>
  );
}
