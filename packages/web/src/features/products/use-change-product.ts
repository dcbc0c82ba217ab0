import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import type { ProductBody } from '@/shared/products/product-draft';
import { toast, toastError } from '@/shared/ui/toast';
import { type Product, productQuery } from './use-products';

export function useUpdateProduct(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: Partial<ProductBody>) =>
      unwrap(await api.PATCH('/api/v1/products/{id}', { params: { path: { id } }, body })),
    onSuccess: async (product) => {
      queryClient.setQueryData(productQuery(id).queryKey, product);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['products', 'list'] }),
        queryClient.invalidateQueries({ queryKey: ['categories'] }),
        queryClient.invalidateQueries({ queryKey: ['search'] }),
      ]);
    },
  });
}

/** Deletes at once and offers to undo. */
export function useDeleteProduct() {
  const queryClient = useQueryClient();
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['products'] }),
      queryClient.invalidateQueries({ queryKey: ['categories'] }),
      queryClient.invalidateQueries({ queryKey: ['search'] }),
    ]);
  const restore = useMutation({
    mutationFn: async (product: Product) =>
      unwrap(await api.POST('/api/v1/products/{id}/restore', { params: { path: { id: product.id } } })),
    onSuccess: async (product) => {
      await refresh();
      toast('Back in the shop', { description: product.title });
    },
    onError: (error) => toastError('The product could not be restored', error),
  });
  return useMutation({
    mutationFn: async (product: Product) => {
      unwrap(await api.DELETE('/api/v1/products/{id}', { params: { path: { id: product.id } } }));
    },
    onSuccess: async (_, product) => {
      queryClient.removeQueries({ queryKey: ['products', 'one', product.id] });
      toast('Product deleted', {
        description: product.title,
        action: { label: 'Undo', run: () => restore.mutate(product) },
      });
      await refresh();
    },
    onError: (error) => toastError('The product was not deleted', error),
  });
}
