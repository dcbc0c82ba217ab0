import clsx from 'clsx';

export function Wordmark({ className }: { className?: string }) {
  return <span className={clsx('font-display leading-none tracking-tight', className)}>Vitrine</span>;
}
