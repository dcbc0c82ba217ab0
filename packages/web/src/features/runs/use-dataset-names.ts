import { useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

interface DatasetNames {
  /** Names of the classes by code. */
  names: ReadonlyMap<string, string>;
  /** What it holds now. */
  snapshot: string | null;
}

const none: DatasetNames = { names: new Map(), snapshot: null };

/** How a data set names its classes, and which snapshot it holds; nothing when it is gone. */
export function useDatasetNames(dataset: string): DatasetNames {
  const { data } = useQuery({
    queryKey: ['datasets', dataset],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/datasets/{name}', { params: { path: { name: dataset } }, signal })),
    select: ({ classes, snapshot }): DatasetNames => ({
      names: new Map(classes.map(({ code, name }) => [code, name])),
      snapshot,
    }),
  });
  return data ?? none;
}
