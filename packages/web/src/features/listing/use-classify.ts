import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { useDebounced } from '@/shared/lib/use-debounced';

export type Classification = Schemas['Classification'];
export type Explanation = NonNullable<Classification['explanation']>;

interface Listing {
  title: string;
  description: string;
  imageHash: string | null;
}

/** The answer says which listing it is of, so that explained words are drawn over the text they were found in. */
interface Answer extends Classification {
  of: Listing;
}

const says = ({ title, description, imageHash }: Listing) => Boolean(title || description || imageHash);

/** @param explains the answer to explain; undefined: a first one is wanted */
function useAnswer(listing: Listing, enabled: boolean, explains?: string) {
  return useQuery({
    queryKey: ['classify', listing, explains ?? null],
    enabled,
    queryFn: async ({ signal }): Promise<Answer> => {
      const { title, description, imageHash } = listing;
      const body = { title, description, ...(imageHash ? { imageHash } : {}), top: 5 };
      const asked = explains === undefined ? body : { ...body, explain: true, explains };
      return { ...unwrap(await api.POST('/api/v1/predict/classify', { signal, body: asked })), of: listing };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}

/**
 * Categories of the listing as it stands, a moment after the last key; an answer that came too late is dropped. What
 * decided takes the model many looks at the photo, so it is asked for apart, once the seller pauses.
 */
export function useClassify({ title, description, imageHash }: Listing, explain: boolean) {
  const live: Listing = { title: title.trim() && title, description: description.trim() && description, imageHash };
  const listing: Listing = {
    title: useDebounced(live.title, 200),
    description: useDebounced(live.description, 200),
    imageHash,
  };
  const enabled = says(listing);
  const key = JSON.stringify(listing);
  const paused = useDebounced(key, 500) === key;
  const ranked = useAnswer(listing, enabled);
  const first = ranked.isPlaceholderData ? undefined : ranked.data?.id;
  const explained = useAnswer(listing, enabled && explain && paused && first !== undefined, first ?? '');
  const rested = JSON.stringify(live) === key;
  const own = enabled && rested && !ranked.isPlaceholderData ? ranked.data : undefined;
  return {
    ...ranked,
    /** The answer to the listing as it stands; what `data` holds may still be of an earlier wording. */
    own,
    /** Whether there is no more to wait for: its answer is here, or none will come. */
    settled: !says(live) || own !== undefined || (rested && (ranked.isError || ranked.isPaused)),
    data: enabled ? ranked.data : undefined,
    enabled,
    explained: enabled && explain && !explained.isPlaceholderData ? explained.data : undefined,
  };
}
