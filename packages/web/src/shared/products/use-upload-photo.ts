import { useMutation } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '../api/client';

/** Stores a photo; the server turns it upright and checks that it is one. */
export function useUploadPhoto() {
  return useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append('image', file);
      return unwrap(await api.POST('/api/v1/images', { body: {}, bodySerializer: () => form }));
    },
  });
}
