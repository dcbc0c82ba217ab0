import clsx from 'clsx';
import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { dismissToast, useToasts } from './toast';

/** Where toasts appear; F8 moves the focus there. */
export function Toaster() {
  const messages = useToasts();
  return (
    <Toast.Provider swipeDirection="right" duration={8000}>
      {messages.map(({ id, tone, title, description, action }) => (
        <Toast.Root
          key={id}
          onOpenChange={(open) => !open && dismissToast(id)}
          className={clsx(
            'rise flex items-start gap-4 rounded-lg border bg-raised py-3.5 pr-3 pl-4 shadow-lift data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)',
            tone === 'danger' ? 'border-danger/40' : 'border-line',
          )}
        >
          <div className="min-w-0 flex-1">
            <Toast.Title className={clsx('text-[0.9375rem] font-semibold', tone === 'danger' && 'text-danger')}>
              {title}
            </Toast.Title>
            {description && (
              <Toast.Description className="mt-0.5 text-sm break-words text-muted">{description}</Toast.Description>
            )}
          </div>
          {action && (
            <Toast.Action altText={action.label} onClick={action.run} className="link py-0.5 text-sm font-semibold">
              {action.label}
            </Toast.Action>
          )}
          <Toast.Close aria-label="Dismiss" className="rounded p-1 text-muted hover:text-ink">
            <X className="size-4" aria-hidden />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-0 bottom-0 z-60 flex w-full max-w-[26rem] flex-col gap-2.5 p-4 max-sm:bottom-14" />
    </Toast.Provider>
  );
}
