import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';

export type Model = Schemas['Model'];

export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/models', { signal })),
  });
}

export function usePromote() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ model, force }: { model: Model; force: boolean }) =>
      unwrap(await api.POST('/api/v1/models/{id}/promote', { params: { path: { id: model.id } }, body: { force } })),
    onSuccess: (model) => {
      toast(`Version ${model.version} is in production`, { description: 'No request was dropped on the way.' });
      return queryClient.invalidateQueries({ queryKey: ['models'] });
    },
  });
}

export function useRollback() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (task: string) =>
      unwrap(await api.POST('/api/v1/models/{task}/rollback', { params: { path: { task } } })),
    onSuccess: (model) => {
      toast(`Back to version ${model.version}`);
      return queryClient.invalidateQueries({ queryKey: ['models'] });
    },
    onError: (error) => toastError('Nothing was rolled back', error),
  });
}

export function useDeleteModel() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (model: Model) => {
      unwrap(await api.DELETE('/api/v1/models/{id}', { params: { path: { id: model.id } } }));
    },
    onSuccess: (_, model) => {
      toast(`Version ${model.version} deleted`);
      return queryClient.invalidateQueries({ queryKey: ['models'] });
    },
    onError: (error) => toastError('The version was not deleted', error),
  });
}
