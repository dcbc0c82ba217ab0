import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { tasksQuery } from '@/shared/training/tasks';

/** What can be learnt, and from what; undefined until all of it is known. */
export function useChoices() {
  const tasks = useQuery(tasksQuery);
  const sites = useQuery({
    queryKey: ['collect'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/collect/sites', { signal })),
  });
  const datasets = useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
  });
  const missing = [tasks, sites, datasets].filter(({ data }) => !data);
  return {
    choices:
      tasks.data && sites.data && datasets.data
        ? { tasks: tasks.data, sites: sites.data, datasets: datasets.data.filter(({ snapshot }) => snapshot !== null) }
        : undefined,
    error: missing.find(({ error }) => error)?.error,
    retry: () => void Promise.all(missing.map(({ refetch }) => refetch())),
  };
}

export type Choices = NonNullable<ReturnType<typeof useChoices>['choices']>;
