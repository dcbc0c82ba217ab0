import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/shared/api/client';
import { sendForm } from '@/shared/api/send-form';
import { toast, toastError } from '@/shared/ui/toast';

export interface Upload {
  name: string;
  format: string;
  map: Record<string, string>;
  /** A table or an archive. */
  file: File;
  photos: File[];
  labels: File | null;
}

/** Uploads and starts the import; `sent` is the share of the files that is on its way. Stops with whoever asked for it. */
export function useUploadDataset() {
  const queryClient = useQueryClient();
  const [sent, setSent] = useState(0);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const mutation = useMutation({
    mutationFn: ({ name, format, map, file, photos, labels }: Upload) => {
      const form = new FormData();
      form.append('name', name);
      form.append('format', format);
      form.append('options', JSON.stringify(Object.keys(map).length > 0 ? { map } : {}));
      form.append('file', file);
      if (labels) form.append('labels', labels);
      for (const photo of photos) form.append('images', photo);
      setSent(0);
      running.current = new AbortController();
      return sendForm<Schemas['Job']>('/api/v1/datasets/upload', form, {
        onSent: setSent,
        signal: running.current.signal,
      });
    },
    // Not waited for: the page may change with the news, and take the dialog with it before it is closed.
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['datasets'] }),
  });
  return { ...mutation, sent };
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
