import { useMutation } from '@tanstack/react-query';
import { asForm, unwrap } from '@vitrine/client';
import { api } from '../api/client';

/** Stores a photo; the server turns it upright and checks that it is one. */
export function useUploadPhoto() {
  return useMutation({
    mutationFn: async (image: File) =>
      unwrap(await api.POST('/api/v1/images', { body: { image }, bodySerializer: asForm })),
  });
}
