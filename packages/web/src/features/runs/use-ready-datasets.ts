import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

/** The data sets that can be learnt from: those with a snapshot. */
export function useReadyDatasets() {
  return useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
    select: (datasets) => datasets.filter(({ snapshot }) => snapshot !== null),
  });
}
