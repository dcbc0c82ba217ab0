import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { askAgain } from '@/shared/similar/search-problem';
import { answerKey, type PhotoQuestion } from '@/shared/similar/use-begin-search';

/** What the catalogue holds that looks like the part of the photo; the photo itself was sent before. */
export function usePhotoSearch(question: PhotoQuestion) {
  const { search, crop, filter, limit } = question;
  return useQuery({
    queryKey: answerKey(question),
    queryFn: async ({ signal }) =>
      unwrap(
        await api.POST('/api/v1/search/image', {
          signal,
          body: { ...filter, limit, search, ...(crop ? { crop } : {}) },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: askAgain,
    staleTime: 60_000,
  });
}
