import { AlertDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';

interface ConfirmProps {
  /** Without one, `open` says when it is asked. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  /** Once it is answered, to give the focus back where no trigger takes it. */
  onClosed?(): void;
  title: string;
  description: ReactNode;
  action: string;
  /** What is answered to keep all as it is. */
  keep?: string;
  danger?: boolean;
  onConfirm(): void;
}

/** Asks before something that cannot be undone with a toast. */
export function Confirm({
  trigger,
  onClosed,
  title,
  description,
  action,
  keep = 'Keep as is',
  danger,
  onConfirm,
  ...opening
}: ConfirmProps) {
  return (
    <AlertDialog.Root {...opening}>
      {trigger && <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fade fixed inset-0 z-50 bg-black/40" />
        <AlertDialog.Content
          onCloseAutoFocus={(event) => {
            if (!onClosed) return;
            event.preventDefault();
            onClosed();
          }}
          className="rise fixed inset-x-3 top-[18vh] z-50 mx-auto max-w-md rounded-xl border border-line bg-canvas p-6 shadow-lift sm:p-8"
        >
          <AlertDialog.Title className="font-display text-2xl">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-3 text-muted">{description}</AlertDialog.Description>
          <div className="mt-8 flex justify-end gap-3">
            <AlertDialog.Cancel asChild>
              <Button>{keep}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button variant={danger ? 'danger' : 'primary'} onClick={onConfirm}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
