import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toastError } from '@/shared/ui/toast';

/** When a site is collected by itself; undefined while that is not known, null when it isn't. */
export function useSchedule(site: string) {
  const { data } = useQuery({
    queryKey: ['schedules'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/schedules', { signal })),
  });
  return data && (data.find(({ kind, target }) => kind === 'collect' && target.site === site) ?? null);
}

/** Collects a site every night at three, or no more by itself. */
export function useSetNightly(site: string) {
  const queryClient = useQueryClient();
  const schedule = useSchedule(site);
  return useMutation({
    mutationFn: async (nightly: boolean) => {
      if (schedule) unwrap(await api.DELETE('/api/v1/schedules/{id}', { params: { path: { id: schedule.id } } }));
      if (!nightly) return;
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const body = { kind: 'collect', target: { site }, cron: '0 3 * * *', timezone: timeZone };
      unwrap(await api.POST('/api/v1/schedules', { body }));
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['schedules'] }),
    onError: (error) => toastError('The schedule stays as it was', error),
  });
}
