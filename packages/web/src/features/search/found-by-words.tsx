import { useState } from 'react';
import { isStatus } from '@/shared/api/client';
import { mayAct, useMe } from '@/shared/session/session';
import { FilterBar } from '@/shared/similar/filter-bar';
import { HitGrid } from '@/shared/similar/hits';
import { isNarrowed, type SearchFilter } from '@/shared/similar/search-filter';
import { PAGE } from '@/shared/similar/use-begin-search';
import { EmptyState } from '@/shared/ui/states';
import { Found } from './found';
import { useWordsSearch } from './use-words-search';

interface FoundByWordsProps {
  words: string;
  filter: SearchFilter;
  onFilter(filter: SearchFilter): void;
}

const grid = 'grid-cols-2 gap-x-5 gap-y-9 md:grid-cols-3 xl:grid-cols-4 2xl:grid-cols-5';

/** The products whose photos show what the words say. */
export function FoundByWords({ words, filter, onFilter }: FoundByWordsProps) {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, isPlaceholderData, refetch } = useWordsSearch(words, filter, limit);
  if (isStatus(error, 422) && error.code === 'input.text') return <PhotosOnly />;
  return (
    <section aria-labelledby="found">
      <h2 id="found" className="sr-only">
        What shows {words}
      </h2>
      <div className="mb-6">
        <FilterBar filter={filter} onChange={onFilter} />
      </div>
      <Found
        count={data?.results.length}
        {...{ limit, error, grid }}
        stale={isPlaceholderData}
        narrowed={isNarrowed(filter)}
        retry={() => refetch()}
        onLimit={setLimit}
      >
        {data && <HitGrid label="Found" hits={data.results} className={grid} stale={isPlaceholderData} />}
      </Found>
    </section>
  );
}

/** The model in production has no text side: what to do instead, by who is asking. */
function PhotosOnly() {
  const me = useMe();
  return (
    <EmptyState title="The model in production knows photos only">
      {mayAct(me.role, 'engineer')
        ? 'Words find products once an encoder with a text side is imported with “vitrine models import similar … --text … --tokenizer …” and promoted.'
        : 'Search with a photo instead, or look for the words among the products.'}
    </EmptyState>
  );
}
