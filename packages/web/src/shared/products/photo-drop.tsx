import clsx from 'clsx';
import { ImagePlus, X } from 'lucide-react';
import { type ReactNode, useId, useRef } from 'react';
import { messageOf } from '../api/client';
import { useOnChange } from '../lib/use-on-change';
import { Button } from '../ui/button';
import { Photo } from '../ui/photo';
import { useIncomingPhoto } from './use-incoming-photo';
import { useUploadPhoto } from './use-upload-photo';

interface PhotoDropProps {
  hash: string | null;
  onChange(hash: string | null): void;
  /** Whether a photo is still on its way: a form that is sent before is sent without it. */
  onBusy(busy: boolean): void;
  /** Drawn over the photo. */
  overlay?: ReactNode;
}

/** Takes a photo by choice, or dropped or pasted anywhere on the page, and stores it. */
export function PhotoDrop({ hash, onChange, onBusy, overlay }: PhotoDropProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const upload = useUploadPhoto();
  useOnChange(upload.isPending, onBusy);

  function take(file: File | undefined) {
    if (!file) return;
    // At once: the upload tells of itself a moment later, when the form may be sent already.
    onBusy(true);
    upload.mutate(file, { onSuccess: (image) => onChange(image.hash) });
  }
  const over = useIncomingPhoto(take);

  return (
    <div className="flex flex-col gap-2">
      <div
        className={clsx(
          'relative aspect-square w-full overflow-hidden rounded-xl bg-paper transition-shadow focus-within:ring-2 focus-within:ring-accent',
          over && 'ring-2 ring-accent',
          !hash && 'max-md:aspect-[5/3] border border-dashed border-edge/70',
        )}
      >
        <input
          ref={input}
          id={id}
          type="file"
          accept="image/*"
          className="sr-only"
          aria-describedby={upload.error ? `${id}-error` : undefined}
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        {hash ? (
          <>
            <Photo key={hash} hash={hash} size={1024} alt="Your product" eager className="size-full" />
            {overlay}
            <div className="absolute inset-x-3 top-3 flex justify-between">
              <label
                htmlFor={id}
                className="cursor-pointer rounded-md bg-canvas/90 px-3 py-1.5 text-sm font-medium hover:bg-canvas"
              >
                Replace
              </label>
              <Button
                variant="ghost"
                size="icon"
                className="bg-canvas/90 hover:bg-canvas"
                aria-label="Remove the photo"
                onClick={() => {
                  upload.reset();
                  onChange(null);
                  input.current?.focus();
                }}
              >
                <X className="size-4.5" aria-hidden />
              </Button>
            </div>
          </>
        ) : (
          <label htmlFor={id} className="absolute inset-0 grid cursor-pointer place-items-center p-6 text-center">
            <span className={clsx(upload.isPending && 'animate-pulse')}>
              <ImagePlus className="mx-auto mb-4 size-9 text-muted" strokeWidth={1.25} aria-hidden />
              <span className="block font-display text-xl">{upload.isPending ? 'Looking at it' : 'Add a photo'}</span>
              <span className="mt-1 block text-sm text-muted">Drop it here, paste it, or choose a file</span>
            </span>
          </label>
        )}
      </div>
      {upload.error && (
        <p id={`${id}-error`} role="alert" className="rounded-md bg-danger-tint px-3 py-2 text-sm text-danger">
          {messageOf(upload.error)}
        </p>
      )}
    </div>
  );
}
