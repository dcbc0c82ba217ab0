import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type paths, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { meQuery } from '@/shared/session/session';
import { toast, toastError } from '@/shared/ui/toast';

type MeBody = NonNullable<paths['/api/v1/me']['patch']['requestBody']>['content']['application/json'];
type KeyBody = NonNullable<paths['/api/v1/keys']['post']['requestBody']>['content']['application/json'];

export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: MeBody) => unwrap(await api.PATCH('/api/v1/me', { body })),
    onSuccess: (user) => queryClient.setQueryData(meQuery.queryKey, user),
  });
}

export function useSessions() {
  return useQuery({
    queryKey: ['me', 'sessions'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/me/sessions', { signal })),
  });
}

export function useRevokeSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      unwrap(await api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } }));
    },
    onSuccess: () => {
      toast('Signed out there');
      return queryClient.invalidateQueries({ queryKey: ['me', 'sessions'] });
    },
    onError: (error) => toastError('That session was not ended', error),
  });
}

export function useKeys() {
  return useQuery({
    queryKey: ['keys'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/keys', { signal })),
  });
}

export function useCreateKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: KeyBody) => unwrap(await api.POST('/api/v1/keys', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  });
}

export function useRevokeKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      unwrap(await api.DELETE('/api/v1/keys/{id}', { params: { path: { id } } }));
    },
    onSuccess: () => {
      toast('Key revoked');
      return queryClient.invalidateQueries({ queryKey: ['keys'] });
    },
    onError: (error) => toastError('The key was not revoked', error),
  });
}

export function useMyPredictions(page: number) {
  return useQuery({
    queryKey: ['me', 'logs', page],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/me/logs', { signal, params: { query: { page, limit: 20 } } })),
    placeholderData: keepPreviousData,
  });
}
