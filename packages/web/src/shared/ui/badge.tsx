import clsx from 'clsx';
import type { ReactNode } from 'react';

const tones = {
  plain: 'bg-paper text-muted',
  accent: 'bg-tint text-accent',
  danger: 'bg-danger-tint text-danger',
  warning: 'bg-warning-tint text-warning',
};
export type Tone = keyof typeof tones;

export function Badge({ tone = 'plain', dot, children }: { tone?: Tone; dot?: boolean; children: ReactNode }) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        tones[tone],
      )}
    >
      {dot && <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-current" />}
      {children}
    </span>
  );
}
