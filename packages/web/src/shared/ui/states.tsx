import clsx from 'clsx';
import type { ReactNode } from 'react';
import { messageOf } from '../api/client';
import { Button } from './button';

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded-md bg-paper', className)} />;
}

/** Rows of a list that is still on its way. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 py-2">
      {[...Array(rows).keys()].map((row) => (
        <Skeleton key={row} className="h-11" />
      ))}
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-xl bg-paper px-6 py-16 text-center">
      <p className="font-display text-2xl text-balance">{title}</p>
      {children && <div className="max-w-md text-muted">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  return (
    <div role="alert" className="flex flex-col items-start gap-4 rounded-xl bg-danger-tint p-6">
      <div>
        <p className="font-semibold text-danger">That did not work.</p>
        <p className="mt-1 max-w-prose">{messageOf(error)}</p>
      </div>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}
