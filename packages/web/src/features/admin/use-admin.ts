import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type paths, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';

type CreateBody = NonNullable<paths['/api/v1/users']['post']['requestBody']>['content']['application/json'];
type UpdateBody = NonNullable<paths['/api/v1/users/{id}']['patch']['requestBody']>['content']['application/json'];

export function useUsers(page: number) {
  return useQuery({
    queryKey: ['users', page],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/users', { signal, params: { query: { page, limit: 50 } } })),
    placeholderData: keepPreviousData,
  });
}

export function useCreateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateBody) => unwrap(await api.POST('/api/v1/users', { body })),
    onSuccess: (user) => {
      toast('Account created', { description: user.email });
      return queryClient.invalidateQueries({ queryKey: ['users'] });
    },
  });
}

export function useUpdateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, ...body }: UpdateBody & { id: string }) =>
      unwrap(await api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body })),
    onSuccess: (user) => toast('Account changed', { description: user.email }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['users'] }),
  });
}

export function useDeleteUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      unwrap(await api.DELETE('/api/v1/users/{id}', { params: { path: { id } } }));
    },
    onSuccess: () => {
      toast('Account deleted');
      return queryClient.invalidateQueries({ queryKey: ['users'] });
    },
    onError: (error) => toastError('The account was not deleted', error),
  });
}

export function useAudit(page: number) {
  return useQuery({
    queryKey: ['audit', page],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/audit', { signal, params: { query: { page, limit: 50 } } })),
    placeholderData: keepPreviousData,
  });
}

export function useSystem() {
  return useQuery({
    queryKey: ['system'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/system', { signal })),
    refetchInterval: 5000,
  });
}
