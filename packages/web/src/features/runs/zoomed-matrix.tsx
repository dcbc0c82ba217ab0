import { integer } from '@/shared/lib/format';
import { Button } from '@/shared/ui/button';
import { around, type Confusion, mostConfused, zoomed } from './confusion';
import { ConfusionMatrix } from './confusion-matrix';

/** More classes than these are too many to read, and to draw: until all are asked for, the most confused are shown. */
const READABLE = 100;
const MOST_CONFUSED = 40;
const AROUND_PAIR = 8;

/** A pair of classes and what is near it; all there is; or, unless chosen, what can be read. */
export type Zoom = readonly [row: number, column: number] | 'all' | null;

interface ZoomedMatrixProps {
  confusion: Confusion;
  zoom: Zoom;
  onZoom(zoom: Zoom): void;
}

/** The matrix or the part of it that is zoomed to, and the way to the others. */
export function ZoomedMatrix({ confusion, zoom, onZoom }: ZoomedMatrixProps) {
  const size = confusion.classes.length;
  const isLarge = size > READABLE;
  const kept =
    zoom === 'all' || (zoom === null && !isLarge)
      ? null
      : zoom === null
        ? mostConfused(confusion, MOST_CONFUSED)
        : around(confusion, zoom, AROUND_PAIR);
  return (
    <>
      {(kept || isLarge) && (
        <div className="mb-5 flex flex-wrap items-center gap-x-5 gap-y-2">
          {isLarge && zoom !== null && (
            <Button size="small" onClick={() => onZoom(null)}>
              Most confused classes
            </Button>
          )}
          {kept && (
            <Button size="small" onClick={() => onZoom('all')}>
              Whole matrix
            </Button>
          )}
          {isLarge && zoom === null && (
            <p className="text-sm text-muted">
              The {MOST_CONFUSED} of {integer(size)} classes that are confused most often.
            </p>
          )}
        </div>
      )}
      <ConfusionMatrix confusion={kept ? zoomed(confusion, kept) : confusion} />
    </>
  );
}
