import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import type { ProductSearch } from './product-search';

export type Product = Schemas['Product'];

export function useProducts({ q, category, sort, page = 1 }: ProductSearch, limit: number) {
  return useQuery({
    queryKey: ['products', 'list', { q, category, sort, page, limit }],
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/api/v1/products', {
          signal,
          params: {
            query: { page, limit, ...(q ? { q } : {}), ...(category ? { category } : {}), ...(sort ? { sort } : {}) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['products', 'one', id],
    queryFn: async ({ signal }) => unwrap(await api.GET('/api/v1/products/{id}', { params: { path: { id } }, signal })),
  });
