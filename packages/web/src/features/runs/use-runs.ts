import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';

export type Run = Schemas['Run'];
export type RunState = Run['state'];
export type Series = Schemas['Series'];

export const isLive = (run: Pick<Run, 'state'>) => run.state === 'queued' || run.state === 'running';

export interface RunFilter {
  page: number;
  task?: string;
  state?: RunState;
}

export function useRuns(filter: RunFilter) {
  return useQuery({
    queryKey: ['runs', 'list', filter],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs', { signal, params: { query: { ...filter, limit: 30 } } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isLive) ? 1500 : 10_000),
  });
}

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
  });

export const seriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id, 'series'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs/{id}/series', { signal, params: { path: { id }, query: { points: 600 } } })),
  });

export const figuresQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id, 'figures'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs/{id}/figures', { signal, params: { path: { id } } })),
  });

export const logsQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id, 'logs'],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs/{id}/logs', { signal, params: { path: { id } } })),
  });

export function useComparison(ids: string) {
  return useQuery({
    queryKey: ['runs', 'compare', ids],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/runs/compare', { signal, params: { query: { ids } } })),
  });
}
