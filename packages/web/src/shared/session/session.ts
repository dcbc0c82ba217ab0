import { queryOptions, useQuery } from '@tanstack/react-query';
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

/** The signed-in user; only below the routes that need one. */
export function useMe(): User {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('This part of the page needs somebody signed in.');
  return data;
}
