import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isStatus } from '@/shared/api/client';
import { useOnChange } from '@/shared/lib/use-on-change';
import { forgetOthers, meQuery } from '@/shared/session/session';

/** Goes to where one signs in, and from there back, once a session has ended elsewhere. */
export function useSessionWatch(): void {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { data: me } = useQuery(meQuery);

  // The first answer that is refused for want of a session tells that there is none any more.
  useEffect(() => {
    function look(error: unknown): void {
      if (isStatus(error, 401)) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey, exact: true });
    }
    const stops = [
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
      }),
      queryClient.getMutationCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queryClient]);

  useOnChange(me?.id, (id) => {
    const { href, pathname } = router.state.location;
    if (id !== undefined) forgetOthers(queryClient);
    else if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { next: href }, replace: true });
  });
}
