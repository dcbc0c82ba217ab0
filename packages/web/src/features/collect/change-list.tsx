import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Pagination } from '@/shared/ui/pagination';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { type Change, type Site, useChanges } from './use-collect';

/** The products that the newest crawl found new, changed or gone. */
export function ChangeList({ site, change }: { site: Site; change: Change }) {
  const [page, setPage] = useState(1);
  const { data, error, isPending } = useChanges(site, change, page);
  if (error) return <ErrorState error={error} />;
  if (isPending) return <SkeletonRows rows={2} />;
  return (
    <div className="mt-3">
      <ul className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
        {data.items.map(({ key, productId, name }) => (
          <li key={key} className="truncate">
            <Link to="/products/$id" params={{ id: productId }} className="hover:text-accent">
              {name}
            </Link>
          </li>
        ))}
      </ul>
      <Pagination page={page} total={data.total} limit={data.limit} onPage={setPage} />
    </div>
  );
}
