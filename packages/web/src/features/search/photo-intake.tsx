import clsx from 'clsx';
import { Camera, ImageUp } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { messageOf } from '@/shared/api/client';
import { useIncomingPhoto } from '@/shared/products/use-incoming-photo';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { CameraDialog } from './camera-dialog';

interface PhotoIntakeProps {
  busy: boolean;
  /** Why the last photo, or the last address, was refused. */
  refused: { given: Blob | URL; error: Error } | null;
  onPhoto(photo: Blob | URL): void;
}

/** A finger at hand: the phone's own camera app takes better pictures than a page can. */
const isPhone = () => window.matchMedia('(pointer: coarse)').matches;

/** The ways in for a photo: dropped or pasted anywhere, chosen, taken, or by its address. */
export function PhotoIntake({ busy, refused, onPhoto }: PhotoIntakeProps) {
  const id = useId();
  const [filming, setFilming] = useState(false);
  const [phone] = useState(isPhone);
  const over = useIncomingPhoto(onPhoto);
  const problem = refused ? messageOf(refused.error) : undefined;
  const byAddress = refused?.given instanceof URL;
  const chosen = (
    <span className={clsx('block', busy && 'animate-pulse')}>
      <ImageUp className="mx-auto mb-4 size-10 text-muted" strokeWidth={1.25} aria-hidden />
      <span className="block font-display text-2xl">{busy ? 'Looking at it' : 'Drop a photo here'}</span>
      <span className="mt-1.5 block text-muted">or paste it with Ctrl V, or choose a file</span>
    </span>
  );
  return (
    <div className="flex flex-col gap-5">
      <div
        className={clsx(
          'relative grid min-h-64 place-items-center rounded-xl border border-dashed border-edge/70 bg-paper p-6 text-center focus-within:ring-2 focus-within:ring-accent sm:min-h-80',
          over && 'ring-2 ring-accent',
        )}
      >
        <PhotoInput id={id} onPhoto={onPhoto} describedBy={problem && !byAddress ? `${id}-error` : undefined} />
        <label htmlFor={id} className="absolute inset-0 grid cursor-pointer place-items-center p-6">
          {chosen}
        </label>
      </div>
      {problem && !byAddress && (
        <p id={`${id}-error`} role="alert" className="rounded-md bg-danger-tint px-4 py-3 text-danger">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap items-start gap-x-8 gap-y-5">
        {phone ? (
          <>
            <PhotoInput id={`${id}-camera`} capture onPhoto={onPhoto} />
            <Button asChild className="sm:mt-[1.625rem]">
              <label htmlFor={`${id}-camera`}>
                <Camera className="size-4.5" aria-hidden /> Take a photo
              </label>
            </Button>
          </>
        ) : (
          <Button className="sm:mt-[1.625rem]" onClick={() => setFilming(true)}>
            <Camera className="size-4.5" aria-hidden /> Use the camera
          </Button>
        )}
        <AddressForm busy={busy} problem={byAddress ? problem : undefined} onPhoto={onPhoto} />
      </div>
      {filming && <CameraDialog onPhoto={onPhoto} onClose={() => setFilming(false)} />}
    </div>
  );
}

interface PhotoInputProps {
  id: string;
  /** Opens the camera of a phone at once. */
  capture?: boolean;
  describedBy?: string | undefined;
  onPhoto(photo: Blob): void;
}

function PhotoInput({ id, capture, describedBy, onPhoto }: PhotoInputProps) {
  return (
    <input
      id={id}
      type="file"
      accept="image/*"
      className="sr-only"
      {...(capture ? { capture: 'environment' as const } : {})}
      aria-describedby={describedBy}
      onChange={({ target }) => {
        const file = target.files?.[0];
        if (file) onPhoto(file);
        target.value = '';
      }}
    />
  );
}

interface AddressFormProps {
  busy: boolean;
  problem: string | undefined;
  onPhoto(photo: URL): void;
}

function AddressForm({ busy, problem, onPhoto }: AddressFormProps) {
  const [address, setAddress] = useState('');
  const [wrong, setWrong] = useState(false);
  function submit(event: FormEvent) {
    event.preventDefault();
    const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
    setWrong(!url);
    if (url) onPhoto(url);
  }
  return (
    <form onSubmit={submit} noValidate className="grid min-w-64 flex-1 grid-cols-[1fr_auto] items-start gap-2.5">
      <Field
        label="Or a picture’s address"
        error={wrong ? 'Write the whole address, beginning with https://.' : problem}
      >
        {(control) => (
          <input
            {...control}
            type="url"
            className="control"
            placeholder="https://"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" className="mt-[1.625rem]" busy={busy} disabled={!address.trim()}>
        Search
      </Button>
    </form>
  );
}
