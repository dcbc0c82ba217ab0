import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { setupQuery } from '@/shared/session/session';
import { toastError } from '@/shared/ui/toast';

type Setup = Schemas['Setup'];
/** Whether something of it is still being made; with `similar` all but what looks alike is there. */
export function isUnderWay({ state }: Setup['sampleShop']): boolean {
  return state === 'preparing' || state === 'training' || state === 'similar';
}
const underWay = (setup: Setup | undefined) => setup !== undefined && isUnderWay(setup.sampleShop);

/** Makes the sample shop again after that has failed. */
export function useRetrySampleShop() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await api.POST('/api/v1/setup/sample-shop')),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: setupQuery.queryKey }),
    onError: (error) => toastError('The sample shop was not begun again', error),
  });
}

/** How far the sample shop is, followed while it is on its way. */
export function useSampleShop() {
  const { data } = useQuery({
    ...setupQuery,
    refetchInterval: ({ state }) => (underWay(state.data) ? 1500 : false),
  });
  return data?.sampleShop;
}
