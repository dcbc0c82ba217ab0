import { integer } from '@/shared/lib/format';
import type { Dataset } from './use-datasets';

/** How many rows each class has, largest first. */
export function ClassBalance({ classes }: { classes: Dataset['classes'] }) {
  const sorted = [...classes].sort((a, b) => b.rows - a.rows);
  const most = sorted[0]?.rows ?? 1;
  return (
    <ol className="grid gap-x-12 gap-y-2.5 lg:grid-cols-2">
      {sorted.map(({ code, name, rows }) => (
        <li key={code} className="grid grid-cols-[11rem_1fr_4rem] items-center gap-4 text-[0.9375rem]">
          <span className="truncate" title={`${name} (${code})`}>
            {name}
          </span>
          <span
            aria-hidden
            className="h-2 rounded-full bg-accent/75"
            style={{ width: `${Math.max(0.5, (rows / most) * 100)}%` }}
          />
          <span className="text-right text-muted tabular-nums">{integer(rows)}</span>
        </li>
      ))}
    </ol>
  );
}
