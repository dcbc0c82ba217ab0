import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { asForm, type Schemas, unwrap } from '@vitrine/client';
import { api } from '../api/client';
import type { SearchFilter } from './search-filter';

type PhotoSearchAnswer = Schemas['PhotoSearchAnswer'];

export interface PhotoQuestion {
  /** The search whose photo is meant. */
  search: string;
  crop: Schemas['Crop'] | undefined;
  filter: SearchFilter;
  limit: number;
}

export const answerKey = ({ search, crop, filter, limit }: PhotoQuestion) =>
  ['search', 'answer', search, crop ?? null, filter, limit] as const;

/** How many products are shown at first, and how many more each time. */
export const PAGE = 24;

interface Begin {
  photo: Blob | URL;
  filter?: SearchFilter;
}

/** Sends a photo, or the address of one, and goes to the page of what was found. */
export function useBeginSearch() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ photo, filter = {} }: Begin): Promise<PhotoSearchAnswer> => {
      const asked = { ...filter, limit: PAGE };
      if (photo instanceof URL)
        return unwrap(await api.POST('/api/v1/search/image', { body: { ...asked, url: photo.href } }));
      const body = { ...asked, image: photo };
      return unwrap(await api.POST('/api/v1/search/image', { body, bodySerializer: asForm }));
    },
    onSuccess: async (answer, { filter = {} }) => {
      const question = { search: answer.searchId, crop: undefined, filter, limit: PAGE };
      queryClient.setQueryData(answerKey(question), answer);
      void queryClient.invalidateQueries({ queryKey: ['search', 'recent'] });
      await navigate({ to: '/search', search: { search: answer.searchId, ...filter } });
    },
  });
}
