import { useMemo, useState } from 'react';
import { integer, percent } from '@/shared/lib/format';
import { Table, Td, Th } from '@/shared/ui/table';
import { labelSummaries, type Place } from './projection';

interface LabelTableProps {
  labels: readonly (string | null)[];
  places: readonly Place[];
  nameOf(label: string | null): string;
}

/** What the picture shows, in numbers: which labels keep together. Worked out when opened. */
export function LabelTable({ labels, places, nameOf }: LabelTableProps) {
  const [open, setOpen] = useState(false);
  const summaries = useMemo(() => (open ? labelSummaries(labels, places) : []), [open, labels, places]);
  return (
    <details className="mt-6" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="font-semibold">As a table</summary>
      <div className="mt-3 max-w-2xl">
        <Table
          label="Labels in the projection"
          head={
            <>
              <Th>Label</Th>
              <Th right>Photos</Th>
              <Th right>Alike among the ten nearest</Th>
            </>
          }
        >
          {summaries.map(({ label, photos, together }) => (
            <tr key={label ?? ''}>
              <Td>{nameOf(label)}</Td>
              <Td right>{integer(photos)}</Td>
              <Td right>{percent(together)}</Td>
            </tr>
          ))}
        </Table>
      </div>
    </details>
  );
}
