import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { setupQuery } from '@/shared/session/session';
import { toast } from '@/shared/ui/toast';

export type Settings = Schemas['Settings'];

/** What the shop has settled for itself. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/settings', { signal })),
});

export function useChangeSettings() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: Settings) => unwrap(await api.PUT('/api/v1/settings', { body })),
    onSuccess: (settings) => {
      toast('Settings saved');
      queryClient.setQueryData(settingsQuery.queryKey, settings);
      // The shop's name stands on every page.
      return queryClient.invalidateQueries(setupQuery);
    },
  });
}
