import { categoryPath, useCategories } from '@/shared/categories/use-categories';
import { integer, percent } from '@/shared/lib/format';
import { Table, Td, Th } from '@/shared/ui/table';
import type { IndexStatus } from './use-index';

/** From which score on a result counts as a match, category by category: measured on the catalogue's own pairs. */
export function ThresholdTable({ thresholds }: Pick<IndexStatus, 'thresholds'>) {
  const { data: categories = [] } = useCategories();
  if (thresholds.length === 0) return null;
  const nameOf = (code: string | null) =>
    code === null ? 'All others' : categoryPath(categories, code).join(' › ') || code;
  return (
    <section aria-labelledby="thresholds">
      <h2 id="thresholds" className="font-display text-2xl">
        When is it a match?
      </h2>
      <p className="mt-2 mb-5 max-w-prose text-muted">
        Below its category’s score, the nearest product is shown as “no good match”. The scores are measured on pairs of
        this shop’s photos: from there on, enough of them share their category.
      </p>
      <Table
        label="Thresholds by category"
        head={
          <>
            <Th>Category</Th>
            <Th right>Score from</Th>
            <Th right>Pairs that share it</Th>
            <Th right>Pairs measured</Th>
          </>
        }
      >
        {thresholds.map(({ category, threshold, precision, pairs }) => (
          <tr key={category ?? ''}>
            <Td>{nameOf(category)}</Td>
            <Td right>{threshold >= 1 ? 'none' : threshold.toFixed(3)}</Td>
            <Td right>{precision === null ? '–' : percent(precision)}</Td>
            <Td right>{integer(pairs)}</Td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
