import { metric, metricTitle } from '@/shared/lib/format';
import { Table, Td, Th } from '@/shared/ui/table';

/** What one model, or one part of it, reaches. */
export interface MetricRow {
  name: string;
  title: string;
  metrics: Record<string, number>;
}

interface MetricTableProps {
  label: string;
  /** What the rows are. */
  of: string;
  /** The metrics shown, in this order. */
  names: string[];
  rows: MetricRow[];
  /** The name of the row that the others stand beside. */
  main: string;
}

/** Models, or their parts, beside each other. */
export function MetricTable({ label, of, names, rows, main }: MetricTableProps) {
  return (
    <Table
      label={label}
      head={
        <>
          <Th>{of}</Th>
          {names.map((name) => (
            <Th key={name} right>
              {metricTitle(name)}
            </Th>
          ))}
        </>
      }
    >
      {rows.map(({ name, title, metrics }) => (
        <tr key={name} className={name === main ? 'font-semibold' : undefined}>
          <Td>{title}</Td>
          {names.map((measure) => (
            <Td key={measure} right>
              {metrics[measure] === undefined ? '–' : metric(measure, metrics[measure])}
            </Td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
