import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';

export type RecentSearch = Schemas['RecentSearch'];

const recentKey = ['search', 'recent'];

export function useRecentSearches(page: number) {
  return useQuery({
    queryKey: [...recentKey, page],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/search/recent', { signal, params: { query: { page, limit: 12 } } })),
  });
}

export function useDeleteRecent() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (search: RecentSearch) => {
      unwrap(await api.DELETE('/api/v1/search/recent/{id}', { params: { path: { id: search.id } } }));
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: recentKey }),
    onError: (error) => toastError('The search was not deleted', error),
  });
}

export function useClearRecent() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      unwrap(await api.DELETE('/api/v1/search/recent'));
    },
    onSuccess: () => {
      toast('Your searches are gone', { description: 'Their photos too.' });
      return queryClient.invalidateQueries({ queryKey: recentKey });
    },
    onError: (error) => toastError('The searches were not deleted', error),
  });
}
