import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { useOnChange } from '@/shared/lib/use-on-change';
import { toastError } from '@/shared/ui/toast';

export type Site = Schemas['CollectSite'];
export type Change = 'new' | 'changed' | 'gone';

export const isCollecting = ({ job }: Site) => job?.state === 'running' || job?.state === 'queued';

export function useSites() {
  const queryClient = useQueryClient();
  const sites = useQuery({
    queryKey: ['collect'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/collect/sites', { signal })),
    refetchInterval: ({ state }) => (state.data?.some(isCollecting) ? 1000 : 30_000),
  });
  const brought = sites.data?.map(({ report }) => [report.products, report.changed, report.gone]).join(' ');

  // What was read of the shop before a crawl brought more is old.
  useOnChange(brought, () => {
    void queryClient.invalidateQueries({ queryKey: ['categories'] });
    void queryClient.invalidateQueries({ queryKey: ['products'] });
  });
  return sites;
}

export function useReadyConfigs() {
  return useQuery({
    queryKey: ['collect-ready'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/collect/ready', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useChanges({ name, report }: Site, change: Change, page: number) {
  return useQuery({
    queryKey: ['collect-changes', name, report.crawl, report[change], change, page],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/api/v1/collect/sites/{name}/changes', {
          signal,
          params: { path: { name }, query: { change, page, limit: 24 } },
        }),
      ),
  });
}

export function usePreview() {
  return useMutation({
    mutationFn: async (body: { config: string; url: string }) =>
      unwrap(await api.POST('/api/v1/collect/preview', { body })),
  });
}

/** A change of one site, after which the list is read anew. */
function useSiteAction<T>(problem: string | undefined, action: (given: T) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: action,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['collect'] }),
    ...(problem ? { onError: (error: Error) => toastError(problem, error) } : {}),
  });
}

export const useSaveSite = () =>
  useSiteAction(undefined, async (config: string) =>
    unwrap(await api.POST('/api/v1/collect/sites', { body: { config } })),
  );

export const useStartCollect = () =>
  useSiteAction(
    'The site is not being collected',
    async ({ name, acceptGone }: { name: string; acceptGone: boolean }) =>
      unwrap(
        await api.POST('/api/v1/collect/sites/{name}/start', { params: { path: { name } }, body: { acceptGone } }),
      ),
  );

export const useStopCollect = () =>
  useSiteAction('It goes on', async (id: string) =>
    unwrap(await api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } })),
  );

export const useDeleteSite = () =>
  useSiteAction('The site was not deleted', async (name: string) =>
    unwrap(await api.DELETE('/api/v1/collect/sites/{name}', { params: { path: { name } } })),
  );
