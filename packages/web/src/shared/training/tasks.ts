import { queryOptions } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

/** What can be trained, with the schema of each config. */
export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/tasks', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
