import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

export type Dataset = Schemas['Dataset'];
export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

const importing = (dataset: Dataset) => dataset.importing?.state === 'running' || dataset.importing?.state === 'queued';

export function useDatasets() {
  return useQuery({
    queryKey: ['datasets'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/datasets', { signal })),
    refetchInterval: ({ state }) => (state.data?.some(importing) ? 1000 : false),
  });
}

export const datasetQuery = (name: string) =>
  queryOptions({
    queryKey: ['datasets', name],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/datasets/{name}', { params: { path: { name } }, signal })),
    refetchInterval: ({ state }) => (state.data && importing(state.data) ? 1000 : false),
  });

export function useRejected({ name, snapshot }: Dataset, page: number) {
  return useQuery({
    queryKey: ['datasets', name, 'rejected', snapshot, page],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/api/v1/datasets/{name}/rejected', {
          signal,
          params: { path: { name }, query: { page, limit: 50 } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export interface RowFilter {
  page: number;
  label?: string;
  split?: Split;
}

export function useRows({ name, snapshot }: Dataset, filter: RowFilter) {
  return useQuery({
    queryKey: ['datasets', name, 'rows', snapshot, filter],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/api/v1/datasets/{name}/rows', {
          signal,
          params: { path: { name }, query: { ...filter, limit: 30 } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
