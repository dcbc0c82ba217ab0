import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { X } from 'lucide-react';
import { useState } from 'react';
import { ago } from '@/shared/lib/format';
import { checkSearchFilter } from '@/shared/similar/search-filter';
import { Button } from '@/shared/ui/button';
import { Confirm } from '@/shared/ui/confirm';
import { Pagination } from '@/shared/ui/pagination';
import { cropText } from './search-address';
import { type RecentSearch, useClearRecent, useDeleteRecent, useRecentSearches } from './use-recent';

/** Photos that this person searched with: each leads to what is found today. */
export function RecentSearches({ current }: { current: string | undefined }) {
  const [page, setPage] = useState(1);
  const { data } = useRecentSearches(page);
  const clear = useClearRecent();
  if (!data || data.total === 0) return null;
  return (
    <section aria-labelledby="recent-searches" className="mt-16 border-t border-line pt-8">
      <div className="mb-5 flex items-center justify-between gap-4">
        <h2 id="recent-searches" className="font-display text-2xl">
          Recent searches
        </h2>
        <Confirm
          danger
          trigger={
            <Button size="small" variant="ghost" busy={clear.isPending}>
              Clear all
            </Button>
          }
          title="Delete your searches?"
          description="All of them, with their photos, for good. Only yours: nobody else sees them anyway."
          action="Delete them"
          onConfirm={() => clear.mutate()}
        />
      </div>
      <ul className="grid grid-cols-3 gap-4 sm:grid-cols-4 md:grid-cols-6 xl:grid-cols-8">
        {data.items.map((search) => (
          <Recent key={search.id} search={search} current={search.id === current} />
        ))}
      </ul>
      <Pagination {...data} onPage={setPage} />
    </section>
  );
}

function Recent({ search, current }: { search: RecentSearch; current: boolean }) {
  const remove = useDeleteRecent();
  const crop = search.crop ? cropText(search.crop) : undefined;
  return (
    <li className="group relative">
      <Link
        to="/search"
        search={{ search: search.id, ...checkSearchFilter(search.filter), ...(crop ? { crop } : {}) }}
        aria-current={current ? 'true' : undefined}
        className={clsx('block overflow-hidden rounded-lg bg-paper', current && 'ring-2 ring-accent')}
      >
        <img
          src={`/api/v1/search/recent/${encodeURIComponent(search.id)}/image`}
          alt={`Search of ${ago(search.at)}`}
          loading="lazy"
          className="aspect-square w-full object-cover"
        />
      </Link>
      <p className="mt-1.5 truncate text-[0.8125rem] text-muted" aria-hidden>
        {search.goodMatch ? ago(search.at) : `no match, ${ago(search.at)}`}
      </p>
      <Button
        size="icon"
        className="absolute top-1.5 right-1.5 size-7! border-0! bg-canvas/90! opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
        aria-label={`Delete the search of ${ago(search.at)}`}
        busy={remove.isPending}
        onClick={() => remove.mutate(search)}
      >
        <X className="size-4" aria-hidden />
      </Button>
    </li>
  );
}
