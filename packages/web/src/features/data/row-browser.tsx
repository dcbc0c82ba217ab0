import clsx from 'clsx';
import { useState } from 'react';
import { plainText } from '@/shared/lib/format';
import { Badge } from '@/shared/ui/badge';
import { Pagination } from '@/shared/ui/pagination';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { type Dataset, type RowFilter, type Split, splits, useRows } from './use-datasets';

/** The rows as a model sees them, by class and split. */
export function RowBrowser({ dataset }: { dataset: Dataset }) {
  const [filter, setFilter] = useState<RowFilter>({ page: 1 });
  const { data, error, refetch, isPlaceholderData } = useRows(dataset, filter);

  function narrow(part: { label?: string; split?: string }) {
    const { label = filter.label ?? '', split = filter.split ?? '' } = part;
    setFilter({ page: 1, ...(label ? { label } : {}), ...(split ? { split: split as Split } : {}) });
  }

  return (
    <>
      <div className="mb-5 flex flex-wrap gap-2.5">
        <select
          aria-label="Class"
          className="control w-auto! max-w-56"
          value={filter.label ?? ''}
          onChange={(event) => narrow({ label: event.target.value })}
        >
          <option value="">All classes</option>
          {dataset.classes.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label="Split"
          className="control w-auto!"
          value={filter.split ?? ''}
          onChange={(event) => narrow({ split: event.target.value })}
        >
          <option value="">All splits</option>
          {splits.map((split) => (
            <option key={split}>{split}</option>
          ))}
        </select>
      </div>
      {error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : !data ? (
        <SkeletonRows />
      ) : (
        <ul className={clsx('divide-y divide-line', isPlaceholderData && 'opacity-60')}>
          {data.items.map((row) => (
            <li key={row.index} className="flex gap-4 py-3.5">
              {row.image && (
                <img
                  src={`/api/v1/datasets/${encodeURIComponent(dataset.name)}/rows/${row.index}/image`}
                  alt=""
                  loading="lazy"
                  className="size-16 shrink-0 rounded bg-paper object-contain"
                />
              )}
              <div className="min-w-0 flex-1">
                <p className="font-medium break-words">
                  {row.title ? plainText(row.title) : <span className="text-muted">No title</span>}
                </p>
                {row.description && (
                  <p className="mt-0.5 line-clamp-2 text-sm break-words text-muted">{plainText(row.description)}</p>
                )}
                <p className="mt-1.5 flex flex-wrap items-center gap-2 text-[0.8125rem] text-muted">
                  <Badge tone="accent">{row.labelName ?? row.label ?? 'no label'}</Badge>
                  <span>{row.split}</span>
                  <span className="break-all">{row.id}</span>
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {data && <Pagination {...data} onPage={(page) => setFilter({ ...filter, page })} />}
    </>
  );
}
