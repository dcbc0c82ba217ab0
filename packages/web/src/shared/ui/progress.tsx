import clsx from 'clsx';

interface ProgressProps {
  /** In [0, 1]; null while it is not known. */
  fraction: number | null;
  label: string;
  className?: string;
}

export function Progress({ fraction, label, className }: ProgressProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
      className={clsx('h-1.5 w-full overflow-hidden rounded-full bg-line', className)}
    >
      <div
        className={clsx(
          'h-full rounded-full bg-accent transition-[width] duration-500 ease-quiet',
          fraction === null && 'sweep',
        )}
        style={{ width: `${fraction === null ? 30 : Math.max(1, fraction * 100)}%` }}
      />
    </div>
  );
}
