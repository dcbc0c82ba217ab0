import { useMutation, useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import type { Model } from './use-models';

export type Split = 'train' | 'validation' | 'test' | 'all';

/** The rows that a version is evaluated on. */
export interface Evaluated {
  dataset: string;
  split: Split;
}

/** Starts the evaluation of a version on a data set and follows its job. */
export function useEvaluate(model: Model) {
  const start = useMutation({
    mutationFn: async (body: Evaluated) =>
      unwrap(await api.POST('/api/v1/models/{id}/evaluate', { params: { path: { id: model.id } }, body })),
  });
  const id = start.data?.id;
  const job = useQuery({
    queryKey: ['jobs', id],
    enabled: id !== undefined,
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/jobs/{id}', { params: { path: { id: id ?? '' } }, signal })),
    refetchInterval: ({ state }) =>
      state.data && state.data.state !== 'running' && state.data.state !== 'queued' ? false : 700,
  });
  return { start, job: job.data, error: start.error ?? job.error };
}
