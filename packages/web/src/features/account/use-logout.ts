import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { meQuery } from '@/shared/session/session';
import { toastError } from '@/shared/ui/toast';

export function useLogout() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: async () => unwrap(await api.POST('/api/v1/auth/logout')),
    onSuccess: async () => {
      await router.navigate({ to: '/sign-in' });
      queryClient.clear();
      queryClient.setQueryData(meQuery.queryKey, null);
    },
    onError: (error) => toastError('Signing out failed', error),
  });
}
