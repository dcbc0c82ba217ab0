import { QueryClient } from '@tanstack/react-query';
import { isStatus } from './client';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server refuses it refuses again; only lost connections and overload are worth another try.
      retry: (failures, error) => failures < 2 && !isStatus(error, 400, 401, 403, 404, 409, 413, 415, 422),
    },
  },
});
