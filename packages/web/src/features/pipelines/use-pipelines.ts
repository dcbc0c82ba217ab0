import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import { toastError } from '@/shared/ui/toast';

export type Pipeline = Schemas['Pipeline'];
export type Step = Schemas['PipelineStep'];
export type StepState = Step['state'];

export function usePipelines(page: number) {
  return useQuery({
    queryKey: ['pipelines', 'list', page],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/pipelines', { signal, params: { query: { page, limit: 20 } } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(({ state: now }) => now === 'running') ? 2000 : 15_000),
  });
}

export const pipelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['pipelines', 'one', id],
    queryFn: async ({ signal }) =>
      unwrap(await api.GET('/api/v1/pipelines/{id}', { params: { path: { id } }, signal })),
  });

/** Follows a running pipeline by server-sent events. */
export function usePipelineEvents(id: string, live: boolean): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!live) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function connect() {
      source = new EventSource(`/api/v1/pipelines/${encodeURIComponent(id)}/events`);
      // The browser reconnects by itself, unless the server answered with an error: then we do.
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, 3000);
      };
      source.addEventListener('pipeline', ({ data }) => {
        const pipeline = JSON.parse(data) as Pipeline;
        queryClient.setQueryData(pipelineQuery(id).queryKey, pipeline);
        if (pipeline.state === 'running') return;
        source?.close();
        void queryClient.invalidateQueries({ queryKey: ['pipelines', 'list'] });
      });
    }
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [id, live, queryClient]);
}

export interface LearnOrder {
  task: string;
  site?: string;
  dataset?: string;
  config: Record<string, unknown>;
  promote: boolean;
}

export function useStartPipeline() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (input: LearnOrder) =>
      unwrap(await api.POST('/api/v1/pipelines', { body: { kind: 'learn', input: { ...input } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['pipelines', 'list'] }),
  });
}

/** A change of one pipeline, whose answer is how it stands after it. */
function usePipelineChange<Given>(problem: string, change: (given: Given) => Promise<Pipeline>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (pipeline) => {
      queryClient.setQueryData(pipelineQuery(pipeline.id).queryKey, pipeline);
      return queryClient.invalidateQueries({ queryKey: ['pipelines', 'list'] });
    },
    onError: (error) => toastError(problem, error),
  });
}

export const useCancelPipeline = () =>
  usePipelineChange('The pipeline goes on', async (id: string) =>
    unwrap(await api.POST('/api/v1/pipelines/{id}/cancel', { params: { path: { id } } })),
  );

export const useRetryPipeline = () =>
  usePipelineChange('The pipeline did not go on', async (id: string) =>
    unwrap(await api.POST('/api/v1/pipelines/{id}/retry', { params: { path: { id } } })),
  );

export const useRetryStep = () =>
  usePipelineChange('The step was not begun again', async ({ id, name }: { id: string; name: string }) =>
    unwrap(await api.POST('/api/v1/pipelines/{id}/steps/{name}/retry', { params: { path: { id, name } } })),
  );
