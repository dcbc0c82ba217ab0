import type { ReactNode } from 'react';
import { SearchProblem } from '@/shared/similar/search-problem';
import { PAGE } from '@/shared/similar/use-begin-search';
import { Button } from '@/shared/ui/button';
import { EmptyState, Skeleton } from '@/shared/ui/states';

/** The most products one question brings. */
const MOST = 96;

interface FoundProps {
  /** How many there are; undefined before the first answer. */
  count: number | undefined;
  /** How many were asked for. */
  limit: number;
  /** A newer answer is on its way. */
  stale: boolean;
  error: unknown;
  narrowed: boolean;
  /** The grid's columns. */
  grid: string;
  /** The products. */
  children: ReactNode;
  retry(): void;
  onLimit(limit: number): void;
}

/** What was found and a way to more of it; or why there is nothing. */
export function Found({ count, limit, stale, error, narrowed, grid, children, retry, onLimit }: FoundProps) {
  if (error) return <SearchProblem error={error} retry={retry} />;
  if (count === undefined)
    return (
      <div role="status" aria-label="Searching" className={`grid ${grid}`}>
        {[...Array(8).keys()].map((index) => (
          <Skeleton key={index} className="aspect-square" />
        ))}
      </div>
    );
  if (count === 0) return <NothingFound narrowed={narrowed} />;
  return (
    <>
      {children}
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
