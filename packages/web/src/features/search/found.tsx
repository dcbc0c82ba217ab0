import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FilterBar } from '@/shared/similar/filter-bar';
import { isNarrowed, type SearchFilter } from '@/shared/similar/search-filter';
import { SearchProblem } from '@/shared/similar/search-problem';
import { PAGE } from '@/shared/similar/use-begin-search';
import { Button } from '@/shared/ui/button';
import { EmptyState, Skeleton } from '@/shared/ui/states';

/** The most products one question brings. */
const MOST = 96;

interface FoundProps<Answer> {
  /** Says what was asked. */
  heading: string;
  query: Pick<UseQueryResult<Answer, unknown>, 'data' | 'error' | 'isPlaceholderData' | 'refetch'>;
  /** How many were asked for. */
  limit: number;
  filter: SearchFilter;
  /** The grid's columns. */
  grid: string;
  /** Draws the products; `stale` when a newer answer is on its way. */
  children(answer: Answer, stale: boolean): ReactNode;
  onFilter(filter: SearchFilter): void;
  onLimit(limit: number): void;
}

/** What was found, what it is narrowed to, and a way to more of it; or why there is nothing. */
export function Found<Answer extends { results: readonly unknown[] }>({
  heading,
  filter,
  onFilter,
  ...rest
}: FoundProps<Answer>) {
  return (
    <section aria-labelledby="found" className="min-w-0">
      <h2 id="found" className="sr-only">
        {heading}
      </h2>
      <div className="mb-6">
        <FilterBar filter={filter} onChange={onFilter} />
      </div>
      <Results {...rest} narrowed={isNarrowed(filter)} />
    </section>
  );
}

type ResultsProps<Answer> = Omit<FoundProps<Answer>, 'heading' | 'filter' | 'onFilter'> & { narrowed: boolean };

function Results<Answer extends { results: readonly unknown[] }>({
  query: { data, error, isPlaceholderData: stale, refetch },
  limit,
  narrowed,
  grid,
  children,
  onLimit,
}: ResultsProps<Answer>) {
  if (error) return <SearchProblem error={error} retry={() => refetch()} />;
  if (data === undefined)
    return (
      <div role="status" aria-label="Searching" className={`grid ${grid}`}>
        {[...Array(8).keys()].map((index) => (
          <Skeleton key={index} className="aspect-square" />
        ))}
      </div>
    );
  const count = data.results.length;
  if (count === 0) return <NothingFound narrowed={narrowed} />;
  return (
    <>
      {children(data, stale)}
      {count >= limit && limit < MOST && (
        <div className="mt-10 text-center">
          <Button busy={stale} onClick={() => onLimit(limit + PAGE)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function NothingFound({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <EmptyState title="Nothing passes these filters">Try another category, or a wider price.</EmptyState>
  ) : (
    <EmptyState title="There is nothing to compare with yet">
      No product has a photo that was looked at. New photos are, within moments.
    </EmptyState>
  );
}
