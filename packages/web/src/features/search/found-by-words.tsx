import { useState } from 'react';
import { isStatus } from '@/shared/api/client';
import { mayAct, useMe } from '@/shared/session/session';
import { HitGrid } from '@/shared/similar/hits';
import type { SearchFilter } from '@/shared/similar/search-filter';
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
  const query = useWordsSearch(words, filter, limit);
  const { error } = query;
  if (isStatus(error, 422) && error.code === 'input.text') return <PhotosOnly />;
  return (
    <Found heading={`What shows ${words}`} {...{ query, limit, filter, grid, onFilter }} onLimit={setLimit}>
      {({ results }, stale) => <HitGrid label="Found" hits={results} className={grid} stale={stale} />}
    </Found>
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
