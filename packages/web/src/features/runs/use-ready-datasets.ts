import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

/** The data sets that can be learnt from: those with a snapshot. */
export function useReadyDatasets() {
  return useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
    // An import that has just ended belongs in the list.
    refetchOnMount: 'always',
    select: (datasets) => datasets.filter(({ snapshot }) => snapshot !== null),
  });
}
