import clsx from 'clsx';
import { FileUp, X } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { bytes, counted } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import type { Chosen } from './file-columns';

interface DataDropProps {
  chosen: Chosen;
  onFiles(files: File[]): void;
  onClear(): void;
}

/** Takes a table or an archive, and photos beside it: dropped, or chosen. */
export function DataDrop({ chosen, onFiles, onClear }: DataDropProps) {
  const id = useId();
  const [over, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  }
  return (
    <section
      aria-label="Files"
      className={clsx(
        'relative rounded-xl border border-dashed border-edge/70 bg-paper transition-shadow focus-within:ring-2 focus-within:ring-accent',
        over && 'ring-2 ring-accent',
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        id={id}
        type="file"
        multiple
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <label htmlFor={id} className="flex cursor-pointer items-center gap-5 p-6">
        <FileUp className="size-9 shrink-0 text-muted" strokeWidth={1.25} aria-hidden />
        <span className="min-w-0 flex-1">
          {chosen.file || chosen.photos.length > 0 ? (
            <ChosenFiles chosen={chosen} />
          ) : (
            <>
              <span className="block font-display text-xl">Drop a table or an archive here</span>
              <span className="mt-1 block text-sm text-muted">
                or choose one. CSV, JSON, Parquet, zip or tar; photos may come along.
              </span>
            </>
          )}
        </span>
      </label>
      {(chosen.file || chosen.photos.length > 0) && (
        <Button
          variant="ghost"
          size="icon"
          className="absolute top-3 right-3"
          aria-label="Remove the files"
          onClick={onClear}
        >
          <X className="size-4.5" aria-hidden />
        </Button>
      )}
    </section>
  );
}

function ChosenFiles({ chosen: { file, photos } }: { chosen: Chosen }) {
  const size = photos.reduce((sum, photo) => sum + photo.size, file?.size ?? 0);
  return (
    <>
      <span className="block pr-8 font-semibold break-all">{file?.name ?? 'No table yet: add one'}</span>
      <span className="mt-1 block text-sm text-muted">
        {photos.length > 0 && `${counted(photos.length, 'photo')}, `}
        {bytes(size)} in all. Choose or drop more to add them.
      </span>
    </>
  );
}
