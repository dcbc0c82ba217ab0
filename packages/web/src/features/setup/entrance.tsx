import type { ReactNode } from 'react';
import { useTitle } from '@/shared/lib/use-title';
import { ThemeToggle } from '@/shared/ui/theme-toggle';
import { Wordmark } from '@/shared/ui/wordmark';
import { ShopWindow } from './shop-window';

/** The frame of the pages before one is signed in: a form beside the shop window. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,1fr)_1.25fr]">
      <div className="flex flex-col px-6 py-6 sm:px-12 lg:px-16">
        <header className="flex items-center justify-between">
          <Wordmark className="text-[1.75rem]" />
          <ThemeToggle />
        </header>
        <main className="rise mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-12">
          <h1 className="font-display text-4xl leading-tight">{title}</h1>
          <div className="mt-3 mb-8 text-muted">{lead}</div>
          {children}
        </main>
      </div>
      <ShopWindow />
    </div>
  );
}
