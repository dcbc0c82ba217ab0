import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import type { SearchFilter } from '@/shared/similar/search-filter';
import { askAgain } from '@/shared/similar/search-problem';

/** What one can search with; looked at again until a model answers. */
export function useSearchWays() {
  return useQuery({
    queryKey: ['search', 'ways'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/search', { signal })),
    refetchInterval: ({ state }) => (state.data?.model === null ? 10_000 : false),
  });
}

/** What the catalogue holds whose photos show what the words say. */
export function useWordsSearch(words: string, filter: SearchFilter, limit: number) {
  return useQuery({
    queryKey: ['search', 'words', words, filter, limit],
    queryFn: async ({ signal }) =>
      unwrap(await api.POST('/api/v1/search/text', { signal, body: { ...filter, limit, text: words } })),
    placeholderData: keepPreviousData,
    refetchInterval: askAgain,
    staleTime: 60_000,
  });
}
