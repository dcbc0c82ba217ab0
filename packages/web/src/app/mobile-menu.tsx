import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { Button } from '@/shared/ui/button';
import { Wordmark } from '@/shared/ui/wordmark';
import type { Destination } from './navigation';

interface MobileMenuProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  destinations: Destination[];
}

export function MobileMenu({ open, onOpenChange, destinations }: MobileMenuProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          className="fade fixed inset-0 z-50 flex flex-col overflow-y-auto bg-canvas px-4 pb-8 xl:hidden"
        >
          <div className="flex h-16 items-center justify-between">
            <Wordmark className="text-[1.75rem]" />
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="ghost" size="icon" aria-label="Close the menu">
                <X className="size-5" aria-hidden />
              </Button>
            </Dialog.Close>
          </div>
          <nav aria-label="Main" className="mt-6 flex flex-col">
            {destinations.map(({ to, title }) => (
              <Link
                key={to}
                to={to}
                onClick={() => onOpenChange(false)}
                className="border-b border-line py-4 font-display text-3xl"
                activeProps={{ className: 'text-accent' }}
              >
                {title}
              </Link>
            ))}
          </nav>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
