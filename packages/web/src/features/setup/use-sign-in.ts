import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { forgetOthers, meQuery, setupQuery } from '@/shared/session/session';

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { email: string; password: string }) =>
      unwrap(await api.POST('/api/v1/auth/login', { body })),
    onSuccess: (user) => {
      forgetOthers(queryClient);
      queryClient.setQueryData(meQuery.queryKey, user);
    },
  });
}

export function useRegister() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: { email: string; password: string; name: string }) =>
      unwrap(await api.POST('/api/v1/auth/register', { body })),
    onSuccess: async (user) => {
      forgetOthers(queryClient);
      queryClient.setQueryData(meQuery.queryKey, user);
      await queryClient.invalidateQueries(setupQuery);
    },
  });
}
