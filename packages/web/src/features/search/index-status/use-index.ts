import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';

export type IndexStatus = Schemas['IndexStatus'];

const isMoving = ({ state, next, waiting }: IndexStatus) => state === 'building' || next !== null || waiting > 0;

export const indexQuery = queryOptions({
  queryKey: ['search', 'index'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/index', { signal })),
  refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 1500 : 15_000),
});

export function useRebuildIndex() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await api.POST('/api/v1/index/rebuild')),
    onSuccess: () => {
      toast('The index is being built anew', { description: 'Searches are answered meanwhile.' });
      return queryClient.invalidateQueries({ queryKey: indexQuery.queryKey });
    },
    onError: (error) => toastError('The index was not built anew', error),
  });
}

export function useRetryFailed() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await api.POST('/api/v1/index/failed/retry')),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: indexQuery.queryKey }),
    onError: (error) => toastError('The photos were not tried again', error),
  });
}
