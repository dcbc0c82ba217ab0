import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type paths, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';
import { type Run, runQuery } from './use-runs';

type StartBody = NonNullable<paths['/api/v1/runs']['post']['requestBody']>['content']['application/json'];

export function useStartRun() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: StartBody) => unwrap(await api.POST('/api/v1/runs', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['runs', 'list'] }),
  });
}

export function useCancelRun() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (run: Run) =>
      unwrap(await api.POST('/api/v1/runs/{id}/cancel', { params: { path: { id: run.id } } })),
    onSuccess: (run) => {
      queryClient.setQueryData(runQuery(run.id).queryKey, run);
      toast(`Run ${run.number} is being cancelled`, { description: 'It can go on later from its last checkpoint.' });
      return queryClient.invalidateQueries({ queryKey: ['runs', 'list'] });
    },
    onError: (error) => toastError('The run was not cancelled', error),
  });
}

export function useResumeRun() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (run: Run) =>
      unwrap(await api.POST('/api/v1/runs/{id}/resume', { params: { path: { id: run.id } } })),
    onSuccess: (run) => {
      queryClient.setQueryData(runQuery(run.id).queryKey, run);
      toast(`Run ${run.number} goes on`);
      return queryClient.invalidateQueries({ queryKey: ['runs', 'list'] });
    },
    onError: (error) => toastError('The run did not go on', error),
  });
}

export function useDeleteRun() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (run: Run) => {
      unwrap(await api.DELETE('/api/v1/runs/{id}', { params: { path: { id: run.id } } }));
    },
    onSuccess: (_, run) => {
      toast(`Run ${run.number} deleted`);
      return queryClient.invalidateQueries({ queryKey: ['runs', 'list'] });
    },
    onError: (error) => toastError('The run was not deleted', error),
  });
}
