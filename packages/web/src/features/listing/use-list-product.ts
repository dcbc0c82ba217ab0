import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import type { ProductBody } from '@/shared/products/product-draft';

/** Saves the product to the catalogue; with the prediction's id, what the seller chose is kept for retraining. */
export function useListProduct() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: ProductBody) => unwrap(await api.POST('/api/v1/products', { body })),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['products'] }),
        queryClient.invalidateQueries({ queryKey: ['categories'] }),
      ]),
  });
}
