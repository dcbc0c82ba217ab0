import { useState } from 'react';
import { integer, percent } from '@/shared/lib/format';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td } from '@/shared/ui/table';
import { type ClassReport, reportOf } from './confusion';
import { useConfusions } from './use-confusions';
import type { Run } from './use-runs';

type Column = 'name' | 'precision' | 'recall' | 'f1' | 'support';
const columns: [Column, string][] = [
  ['name', 'Class'],
  ['precision', 'Precision'],
  ['recall', 'Recall'],
  ['f1', 'F1'],
  ['support', 'Rows'],
];

function sorted(report: ClassReport[], by: Column): ClassReport[] {
  return [...report].sort((a, b) =>
    by === 'name' ? a.name.localeCompare(b.name) : by === 'support' ? b.support - a.support : a[by] - b[by],
  );
}

/** Precision, recall and F1 of each class on the test rows once they are measured, the weakest first. */
export function ClassTable({ run }: { run: Run }) {
  const { confusions, error, refetch } = useConfusions(run);
  const [by, setBy] = useState<Column>('f1');
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!confusions) return <SkeletonRows />;
  const measured = confusions.find(({ name }) => name === 'test.confusion') ?? confusions[0];
  const confusion = measured?.epochs.at(-1)?.confusion;
  if (!confusion) return <EmptyState title="No values by class yet" />;
  return (
    <Table
      label="Metrics by class"
      head={columns.map(([column, title]) => (
        <th
          key={column}
          scope="col"
          aria-sort={by === column ? (column === 'support' ? 'descending' : 'ascending') : 'none'}
          className={`px-3 py-2.5 first:pl-0 last:pr-0 ${column === 'name' ? '' : 'text-right'}`}
        >
          <button
            type="button"
            onClick={() => setBy(column)}
            className={`eyebrow ${by === column ? 'text-ink!' : 'hover:text-ink'}`}
          >
            {title}
          </button>
        </th>
      ))}
    >
      {sorted(reportOf(confusion), by).map(({ code, name, precision, recall, f1, support }) => (
        <tr key={code}>
          <Td>{name}</Td>
          <Td right>{percent(precision)}</Td>
          <Td right>{percent(recall)}</Td>
          <Td right className="font-semibold">
            {percent(f1)}
          </Td>
          <Td right className="text-muted">
            {integer(support)}
          </Td>
        </tr>
      ))}
    </Table>
  );
}
