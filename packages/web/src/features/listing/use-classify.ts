import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { useDebounced } from '@/shared/lib/use-debounced';

export type Classification = Schemas['Classification'];
export type Explanation = NonNullable<Classification['explanation']>;

export interface Listing {
  title: string;
  description: string;
  imageHash: string | null;
  explain: boolean;
}

/** The answer says which listing it is of, so that explained words are drawn over the text they were found in. */
export interface Answer extends Classification {
  of: Listing;
}

/** Categories of the listing as it stands, a moment after the last key; an answer that came too late is dropped. */
export function useClassify({ title, description, imageHash, explain }: Listing) {
  const restedTitle = useDebounced(title.trim() && title, 220);
  const restedDescription = useDebounced(description.trim() && description, 220);
  const request: Listing = { title: restedTitle, description: restedDescription, imageHash, explain };
  const enabled = Boolean(restedTitle || restedDescription || imageHash);
  const query = useQuery({
    queryKey: ['classify', request],
    enabled,
    queryFn: async ({ signal }): Promise<Answer> => {
      const answer = unwrap(
        await api.POST('/api/v1/predict/classify', {
          signal,
          body: {
            title: restedTitle,
            description: restedDescription,
            ...(imageHash ? { imageHash } : {}),
            top: 5,
            explain,
          },
        }),
      );
      return { ...answer, of: request };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
  return { ...query, data: enabled ? query.data : undefined, enabled };
}
