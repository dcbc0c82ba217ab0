import { useNavigate } from '@tanstack/react-router';
import { BookOpen, LogOut, SunMoon } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect } from 'react';
import { useLogout } from '@/features/account/use-logout';
import { categoryPath, useCategories } from '@/shared/categories/use-categories';
import { setTheme, useTheme } from '@/shared/lib/theme';
import { type ListOption, SearchableList } from '@/shared/ui/searchable-list';
import type { Destination } from './navigation';

interface CommandPaletteProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  destinations: Destination[];
}

const iconClass = 'size-4 shrink-0 text-muted';

/** Every page, category and command by its name: Ctrl K or ⌘ K. */
export function CommandPalette({ open, onOpenChange, destinations }: CommandPaletteProps) {
  const navigate = useNavigate();
  const logout = useLogout();
  const { dark } = useTheme();
  const { data: categories = [] } = useCategories();

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onOpenChange(!open);
      }
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [open, onOpenChange]);

  const commands: (ListOption & { run(): void })[] = [
    ...destinations.map(({ to, title, icon: Icon }) => ({
      value: to,
      label: title,
      hint: 'Page',
      icon: <Icon className={iconClass} aria-hidden />,
      run: () => void navigate({ to }),
    })),
    {
      value: 'theme',
      label: dark ? 'Light theme' : 'Dark theme',
      hint: 'Command',
      icon: <SunMoon className={iconClass} aria-hidden />,
      run: () => setTheme(dark ? 'light' : 'dark'),
    },
    {
      value: 'docs',
      label: 'API documentation',
      hint: 'Page',
      icon: <BookOpen className={iconClass} aria-hidden />,
      run: () => window.location.assign('/docs'),
    },
    {
      value: 'sign-out',
      label: 'Sign out',
      hint: 'Command',
      icon: <LogOut className={iconClass} aria-hidden />,
      run: () => logout.mutate(),
    },
    ...categories.map((category) => ({
      value: `category:${category.code}`,
      label: category.name,
      hint: categoryPath(categories, category.code).slice(0, -1).join(' › ') || 'Category',
      run: () => void navigate({ to: '/products', search: { category: category.code } }),
    })),
  ];

  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade fixed inset-0 z-50 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="rise fixed inset-x-3 top-[14vh] z-50 mx-auto max-w-xl overflow-hidden rounded-xl border border-line bg-raised shadow-lift"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <SearchableList
            label="Search and commands"
            placeholder="Go to a page, category or command"
            options={commands}
            onSelect={(value) => {
              onOpenChange(false);
              commands.find((command) => command.value === value)?.run();
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
