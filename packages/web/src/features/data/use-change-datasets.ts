import { useMutation, useQueryClient } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { toast, toastError } from '@/shared/ui/toast';

export interface Upload {
  name: string;
  format: string;
  map: Record<string, string>;
  file: File;
  labels: File | null;
}

export function useUploadDataset() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, format, map, file, labels }: Upload) => {
      const form = new FormData();
      form.append('name', name);
      form.append('format', format);
      form.append('options', JSON.stringify(Object.keys(map).length > 0 ? { map } : {}));
      form.append('file', file);
      if (labels) form.append('labels', labels);
      return unwrap(await api.POST('/api/v1/datasets/upload', { body: {}, bodySerializer: () => form }));
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['datasets'] }),
  });
}

export function useSnapshotCatalogue() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => unwrap(await api.POST('/api/v1/datasets/from-catalogue', { body: { name } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['datasets'] }),
  });
}

export function useDeleteDataset() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      unwrap(await api.DELETE('/api/v1/datasets/{name}', { params: { path: { name } } }));
    },
    onSuccess: async (_, name) => {
      toast('Data set deleted', { description: name });
      await queryClient.invalidateQueries({ queryKey: ['datasets'], exact: true });
    },
    onError: (error) => toastError('The data set was not deleted', error),
  });
}

export function useCheckDataset(name: string) {
  return useMutation({
    mutationFn: async () => unwrap(await api.POST('/api/v1/datasets/{name}/check', { params: { path: { name } } })),
  });
}
