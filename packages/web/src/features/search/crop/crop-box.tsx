import clsx from 'clsx';
import { type PointerEvent, useId, useRef } from 'react';
import { type Crop, described, drawn, type Handle, handles, isWhole, keyed, moved, type Point, resized } from './crop';

interface CropBoxProps {
  src: string;
  alt: string;
  crop: Crop;
  onChange(crop: Crop): void;
}

/** Where each handle sits, and the pointer over it. */
const places: Record<Handle, string> = {
  nw: 'left-0 top-0 cursor-nwse-resize',
  n: 'left-1/2 top-0 cursor-ns-resize',
  ne: 'left-full top-0 cursor-nesw-resize',
  e: 'left-full top-1/2 cursor-ew-resize',
  se: 'left-full top-full cursor-nwse-resize',
  s: 'left-1/2 top-full cursor-ns-resize',
  sw: 'left-0 top-full cursor-nesw-resize',
  w: 'left-0 top-1/2 cursor-ew-resize',
};
/** The keyboard has one stop for the box; the handles are for pointers. */
const reachable = { tabIndex: 0 };

interface Drag {
  how: Handle | 'move' | 'draw';
  from: Point;
  crop: Crop;
}

/**
 * A photo with the part that is searched for: drawn with a mouse, pulled by its handles with mouse or finger, moved and
 * resized with the arrow keys.
 */
export function CropBox({ src, alt, crop, onChange }: CropBoxProps) {
  const id = useId();
  const stage = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag>(null);
  const whole = isWhole(crop);
  const percent = (fraction: number) => `${fraction * 100}%`;
  const place = {
    left: percent(crop.x),
    top: percent(crop.y),
    width: percent(crop.width),
    height: percent(crop.height),
  };

  function pointOf(event: PointerEvent): Point {
    const box = stage.current?.getBoundingClientRect();
    return box
      ? { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height }
      : { x: 0, y: 0 };
  }

  function begin(event: PointerEvent, how: Drag['how']) {
    event.stopPropagation();
    if (event.button !== 0) return;
    // A finger on the photo scrolls the page; it draws nothing by accident.
    if (how === 'draw' && event.pointerType === 'touch') return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { how, from: pointOf(event), crop };
  }

  function follow(event: PointerEvent) {
    if (!drag.current) return;
    event.stopPropagation();
    const { how, from, crop: before } = drag.current;
    const to = pointOf(event);
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    if (how === 'move') onChange(moved(before, dx, dy));
    // A click is no drawing.
    else if (how !== 'draw') onChange(resized(before, how, dx, dy));
    else if (Math.abs(dx) + Math.abs(dy) > 0.02) onChange(drawn(from, to));
  }

  const pointer = (how: Drag['how']) => ({
    onPointerDown: (event: PointerEvent) => begin(event, how),
    onPointerMove: follow,
    onPointerUp: () => {
      drag.current = null;
    },
    onPointerCancel: () => {
      drag.current = null;
    },
  });

  return (
    // What can be held reaches over the photo's edge; it must not widen the page.
    <div className="-m-2 overflow-clip p-2">
      <div ref={stage} className="relative mx-auto w-fit cursor-crosshair bg-paper select-none" {...pointer('draw')}>
        <img src={src} alt={alt} draggable={false} className="block max-h-[34rem] max-w-full rounded-lg" />
        <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden rounded-lg">
          <div style={place} className="absolute shadow-[0_0_0_100vmax_rgb(0_0_0/0.5)]" />
        </div>
        <div
          {...reachable}
          role="application"
          aria-roledescription="crop"
          aria-label="Part of the photo to search for. Arrow keys move it, Shift and arrow keys resize it, Escape takes the whole photo."
          aria-describedby={`${id}-part`}
          onKeyDown={(event) => {
            const next = keyed(crop, event.key, event.shiftKey);
            if (!next) return;
            event.preventDefault();
            onChange(next);
          }}
          style={place}
          className={clsx(
            'absolute outline-offset-0! border-2 border-white',
            whole ? 'cursor-crosshair' : 'cursor-move touch-none',
          )}
          {...pointer(whole ? 'draw' : 'move')}
        >
          {handles.map((handle) => (
            <span
              key={handle}
              aria-hidden
              className={clsx('absolute -m-5 grid size-10 touch-none place-items-center', places[handle])}
              {...pointer(handle)}
            >
              <span className="size-3 rounded-full bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.45)]" />
            </span>
          ))}
        </div>
      </div>
      <p id={`${id}-part`} aria-live="polite" className="sr-only">
        {described(crop)}
      </p>
    </div>
  );
}
