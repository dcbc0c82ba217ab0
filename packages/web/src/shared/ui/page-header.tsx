import type { ReactNode } from 'react';
import { useTitle } from '../lib/use-title';

interface PageHeaderProps {
  title: string;
  eyebrow?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, eyebrow, lead, actions }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-5">
      <div className="min-w-0">
        {eyebrow && <div className="eyebrow mb-2">{eyebrow}</div>}
        <h1 className="font-display text-[2.125rem] leading-[1.1] break-words sm:text-[2.75rem]">{title}</h1>
        {lead && <div className="mt-3 max-w-2xl text-[1.0625rem] text-muted">{lead}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2.5">{actions}</div>}
    </header>
  );
}
