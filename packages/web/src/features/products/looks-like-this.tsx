import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { unwrap } from '@vitrine/client';
import { Crop, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/shared/api/client';
import { FilterBar } from '@/shared/similar/filter-bar';
import { Hits } from '@/shared/similar/hits';
import { isNarrowed, type SearchFilter } from '@/shared/similar/search-filter';
import { askAgain, SearchProblem } from '@/shared/similar/search-problem';
import { useBeginSearch } from '@/shared/similar/use-begin-search';
import { Button } from '@/shared/ui/button';
import { EmptyState, Skeleton } from '@/shared/ui/states';
import { toastError } from '@/shared/ui/toast';
import type { Product } from './use-products';

const LIMIT = 12;
const grid = 'grid-cols-2 gap-x-5 gap-y-8 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-6';

function useSimilarProducts(product: Product, filter: SearchFilter) {
  return useQuery({
    queryKey: ['products', 'similar', product.id, product.images[0], filter],
    enabled: product.images.length > 0,
    queryFn: async ({ signal }) =>
      unwrap(
        await api.GET('/api/v1/products/{id}/similar', {
          signal,
          params: { path: { id: product.id }, query: { ...filter, limit: LIMIT } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: askAgain,
  });
}

/** The shop's products whose photos look like this one's. */
export function LooksLikeThis({ product }: { product: Product }) {
  const [filter, setFilter] = useState<SearchFilter>({});
  const [narrowing, setNarrowing] = useState(false);
  const { data, error, isPlaceholderData, refetch } = useSimilarProducts(product, filter);
  return (
    <section aria-labelledby="looks-like-this" className="mt-16 border-t border-line pt-10 sm:mt-20">
      <div className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h2 id="looks-like-this" className="font-display text-[1.75rem]">
          Looks like this
        </h2>
        {(data || isNarrowed(filter)) && (
          <div className="flex gap-1">
            <Button size="small" variant="ghost" aria-expanded={narrowing} onClick={() => setNarrowing(!narrowing)}>
              <SlidersHorizontal className="size-4" aria-hidden /> Narrow
            </Button>
            <SearchWithPart hash={product.images[0]} />
          </div>
        )}
      </div>
      {narrowing && (
        <div className="mb-6">
          <FilterBar filter={filter} onChange={setFilter} />
        </div>
      )}
      {product.images.length === 0 ? (
        <NoPhoto product={product} />
      ) : error ? (
        <SearchProblem error={error} retry={() => refetch()} />
      ) : !data ? (
        <div role="status" aria-label="Looking for what looks like it" className={`grid ${grid}`}>
          {[...Array(6).keys()].map((index) => (
            <Skeleton key={index} className="aspect-square" />
          ))}
        </div>
      ) : data.results.length === 0 ? (
        <EmptyState title={isNarrowed(filter) ? 'Nothing passes these filters' : 'It is the only one so far'}>
          {isNarrowed(filter)
            ? 'Try another category, or a wider price.'
            : 'No other product has a photo that was looked at. New photos are, within moments.'}
        </EmptyState>
      ) : (
        <Hits label="Looks like this" answer={data} className={grid} stale={isPlaceholderData} />
      )}
    </section>
  );
}

/** Takes the product's photo to the search page, where a part of it can be chosen. */
function SearchWithPart({ hash }: { hash: string | undefined }) {
  const begin = useBeginSearch();
  const fetchPhoto = useMutation({
    mutationFn: async () => {
      const answer = await fetch(`/api/v1/images/${hash}?size=1024`);
      if (!answer.ok) throw new Error('The photo cannot be read. Try again later.');
      return answer.blob();
    },
    onSuccess: (photo) => begin.mutate({ photo }, { onError: refused }),
    onError: refused,
  });
  return (
    <Button
      size="small"
      variant="ghost"
      busy={fetchPhoto.isPending || begin.isPending}
      onClick={() => fetchPhoto.mutate()}
    >
      <Crop className="size-4" aria-hidden /> Search with a part of it
    </Button>
  );
}

const refused = (error: unknown) => toastError('The photo was not searched with', error);

function NoPhoto({ product }: { product: Product }) {
  return (
    <EmptyState
      title="There is no photo to compare"
      action={
        <Button asChild>
          <Link to="/products/$id/edit" params={{ id: product.id }}>
            Add a photo
          </Link>
        </Button>
      }
    >
      Products are compared by their first photo.
    </EmptyState>
  );
}
