import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toastError } from '@/shared/ui/toast';

export type Schedule = Schemas['Schedule'];

export function useSchedules() {
  return useQuery({
    queryKey: ['schedules'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/schedules', { signal })),
    refetchInterval: 30_000,
  });
}

/** A change of the schedules, after which they are read anew. */
function useScheduleChange<Given>(change: (given: Given) => Promise<unknown>, problem?: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['schedules'] }),
    ...(problem ? { onError: (error: Error) => toastError(problem, error) } : {}),
  });
}

export type NewSchedule = Pick<Schedule, 'kind' | 'target' | 'cron'>;

/** In the time zone of the one who asks. */
export const useCreateSchedule = () =>
  useScheduleChange(async (schedule: NewSchedule) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return unwrap(await api.POST('/api/v1/schedules', { body: { ...schedule, timezone: timeZone } }));
  });

export const useChangeSchedule = () =>
  useScheduleChange(
    async ({ id, ...body }: { id: string; cron?: string; enabled?: boolean }) =>
      unwrap(await api.PATCH('/api/v1/schedules/{id}', { params: { path: { id } }, body })),
    'The schedule stays as it was',
  );

export const useDeleteSchedule = () =>
  useScheduleChange(
    async (id: string) => unwrap(await api.DELETE('/api/v1/schedules/{id}', { params: { path: { id } } })),
    'The schedule was not deleted',
  );
