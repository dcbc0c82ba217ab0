import clsx from 'clsx';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { Button } from './button';
import { Confirm } from './confirm';

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: ReactNode;
  wide?: boolean;
  /** Something was written that closing loses: it is asked before. */
  dirty?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, description, wide, dirty, children }: DialogProps) {
  const [asking, setAsking] = useState(false);
  const focused = useRef<Element>(null);
  const opener = useRef<Element>(null);
  function change(next: boolean) {
    if (next || !dirty) return onOpenChange(next);
    focused.current = document.activeElement;
    setAsking(true);
  }
  return (
    <Radix.Root open={open} onOpenChange={change}>
      <Radix.Portal>
        <Radix.Overlay className="fade fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          // What opened it is no trigger of its own, which would take the focus back by itself.
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusOn(opener.current);
          }}
          className={clsx(
            'rise fixed inset-x-3 top-[8vh] z-50 mx-auto flex max-h-[84vh] flex-col overflow-y-auto rounded-xl border border-line bg-canvas p-6 shadow-lift sm:p-8',
            wide ? 'max-w-2xl' : 'max-w-lg',
          )}
        >
          <Radix.Title className="pr-10 font-display text-2xl">{title}</Radix.Title>
          {description && <Radix.Description className="mt-2 text-muted">{description}</Radix.Description>}
          <div className="mt-6">{children}</div>
          <Radix.Close asChild>
            <Button variant="ghost" size="icon" className="absolute top-4 right-4" aria-label="Close">
              <X className="size-4.5" aria-hidden />
            </Button>
          </Radix.Close>
          <Confirm
            open={asking}
            onOpenChange={setAsking}
            onClosed={() => focusOn(focused.current)}
            danger
            title="Close it?"
            description="What you entered here is lost."
            action="Close and lose it"
            keep="Go on with it"
            onConfirm={() => onOpenChange(false)}
          />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function focusOn(element: Element | null): void {
  if (element instanceof HTMLElement) element.focus();
}
