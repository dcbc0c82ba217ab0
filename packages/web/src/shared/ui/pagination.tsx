import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { integer } from '../lib/format';
import { Button } from './button';

interface PaginationProps {
  page: number;
  limit: number;
  total: number;
  /** With `replace` the page one was on is gone: there is nothing to go back to. */
  onPage(page: number, how?: { replace: boolean }): void;
}

/** Goes from page to page of a list; to its last one by itself, where the list ends before the page one is on. */
export function Pagination({ page, limit, total, onPage }: PaginationProps) {
  const pages = Math.max(1, Math.ceil(total / limit));
  const leave = useEffectEvent(() => onPage(pages, { replace: true }));
  useEffect(() => {
    if (page > pages) leave();
  }, [page, pages]);
  if (pages === 1 && page === 1) return null;
  return (
    <nav aria-label="Pages" className="mt-10 flex items-center justify-center gap-4">
      <Button size="icon" disabled={page <= 1} onClick={() => onPage(page - 1)} aria-label="Previous page">
        <ChevronLeft className="size-4.5" aria-hidden />
      </Button>
      <span className="text-sm text-muted tabular-nums">
        Page {integer(page)} of {integer(pages)}
      </span>
      <Button size="icon" disabled={page >= pages} onClick={() => onPage(page + 1)} aria-label="Next page">
        <ChevronRight className="size-4.5" aria-hidden />
      </Button>
    </nav>
  );
}
