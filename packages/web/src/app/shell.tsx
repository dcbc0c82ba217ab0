import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { Command, Menu } from 'lucide-react';
import { useState } from 'react';
import { SampleShopNotice } from '@/features/setup/sample-shop-notice';
import { setupQuery, useMe } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { ThemeToggle } from '@/shared/ui/theme-toggle';
import { Wordmark } from '@/shared/ui/wordmark';
import { CommandPalette } from './command-palette';
import { MobileMenu } from './mobile-menu';
import { destinationsFor } from './navigation';
import { useSessionWatch } from './use-session-watch';

/** The frame of every signed-in page. */
export function Shell() {
  const me = useMe();
  useSessionWatch();
  const { data: setup } = useQuery(setupQuery);
  const [palette, setPalette] = useState(false);
  const [menu, setMenu] = useState(false);
  const destinations = destinationsFor(me.role);

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-70 rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-canvas/92 backdrop-blur-md">
        <div className="mx-auto flex h-16 max-w-[92rem] items-center gap-6 px-4 sm:px-8">
          <Link to="/products" className="flex items-baseline gap-3" aria-label="Vitrine, to the products">
            <Wordmark className="text-[1.75rem]" />
            {setup && setup.shopName !== 'Vitrine' && (
              <span className="hidden text-sm text-muted 2xl:inline">{setup.shopName}</span>
            )}
          </Link>
          <nav aria-label="Main" className="ml-auto hidden items-center gap-0.5 xl:flex 2xl:gap-1">
            {destinations.map(({ to, title }) => (
              <Link
                key={to}
                to={to}
                className="relative px-2.5 py-2 whitespace-nowrap 2xl:px-3 text-[0.9375rem] text-muted transition-colors hover:text-ink"
                activeProps={{
                  className:
                    'text-ink! font-medium after:absolute after:inset-x-2.5 after:-bottom-[0.8rem] after:h-0.5 after:bg-accent',
                }}
              >
                {title}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-1 xl:ml-0">
            <Button
              variant="ghost"
              size="icon"
              onClick={() => setPalette(true)}
              aria-label="Search and commands"
              title="Search and commands (Ctrl K)"
            >
              <Command className="size-4.5" aria-hidden />
            </Button>
            <ThemeToggle />
            <Button variant="ghost" size="icon" className="xl:hidden" onClick={() => setMenu(true)} aria-label="Menu">
              <Menu className="size-5" aria-hidden />
            </Button>
          </div>
        </div>
      </header>
      <SampleShopNotice />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[92rem] flex-1 px-4 py-8 outline-none sm:px-8 sm:py-12"
      >
        <Outlet />
      </main>
      <footer className="border-t border-line">
        <div className="mx-auto flex max-w-[92rem] flex-wrap items-center justify-between gap-3 px-4 py-6 text-sm text-muted sm:px-8">
          <span>{me.name}</span>
          <a href="/docs" className="link">
            API documentation
          </a>
        </div>
      </footer>
      <CommandPalette open={palette} onOpenChange={setPalette} destinations={destinations} />
      <MobileMenu open={menu} onOpenChange={setMenu} destinations={destinations} />
    </div>
  );
}
