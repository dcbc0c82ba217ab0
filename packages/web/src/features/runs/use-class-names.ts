import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

const none: ReadonlyMap<string, string> = new Map();

/** Names of a data set's classes by code; empty when the data set is gone. */
export function useClassNames(dataset: string): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['datasets', dataset],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/datasets/{name}', { params: { path: { name: dataset } }, signal })),
    select: ({ classes }): ReadonlyMap<string, string> => new Map(classes.map(({ code, name }) => [code, name])),
  });
  return data ?? none;
}
