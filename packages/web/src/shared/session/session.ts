import { hashKey, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { type Schemas, unwrap } from '@vitrine/client';
import { api, isStatus } from '../api/client';

export type User = Schemas['User'];
export type Role = User['role'];

const ranks: Record<Role, number> = { seller: 0, engineer: 1, admin: 2 };
export const mayAct = (role: Role, least: Role) => ranks[role] >= ranks[least];

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    try {
      return unwrap(await api.GET('/api/v1/me', { signal }));
    } catch (error) {
      if (isStatus(error, 401)) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/setup', { signal })),
});

/** The signed-in user, or who was until a session ended elsewhere; only below the routes that need one. */
export function useMe(): User {
  const { me } = useRouteContext({ from: '/shell' });
  return useQuery(meQuery).data ?? me;
}

/** Drops what was read for whoever was signed in before; what is shown now is read anew. */
export function forgetOthers(queryClient: QueryClient): void {
  const kept = [hashKey(meQuery.queryKey), hashKey(setupQuery.queryKey)];
  void queryClient.resetQueries({ predicate: ({ queryHash }) => !kept.includes(queryHash) });
}
