import clsx from 'clsx';
import { Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTheme } from '@/shared/lib/theme';
import { useOnChange } from '@/shared/lib/use-on-change';
import { Button } from '@/shared/ui/button';
import { drawScene } from './draw';
import type { Place } from './projection';
import { useGlide } from './use-glide';
import { ALL, ahead, nearestTo, onScreen, panned, type Size, zoomed } from './view';

interface ProjectionPlotProps {
  label: string;
  /** In the unit square. */
  places: readonly Place[];
  colours: readonly (string | null)[];
  active: number | null;
  onActive(index: number | null): void;
  /** Shown beside the active place. */
  card: ReactNode;
}

/** Pixels around a dot that count as the dot. */
const REACH = 14;
const ZOOM = 1.6;
/** Arrow keys walk from photo to photo: one stop for the keyboard. */
const walkable = { tabIndex: 0 };
const arrows: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The colours of the theme, which a canvas does not take from styles. */
function inksNow(): { faint: string; ink: string } {
  const style = getComputedStyle(document.documentElement);
  return { faint: style.getPropertyValue('--edge'), ink: style.getPropertyValue('--ink') };
}

/** Dots on a canvas: hover or arrow keys point at one, dragging moves, buttons, + and −, or Ctrl and the wheel zoom. */
export function ProjectionPlot({ label, places, colours, active, onActive, card }: ProjectionPlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ x: number; y: number; moved: boolean }>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState(ALL);
  const { dark } = useTheme();
  const [inks, setInks] = useState(inksNow);
  useOnChange(dark, () => setInks(inksNow()));

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const draw = useCallback(
    (shown: readonly Place[]) => {
      const context = canvas.current?.getContext('2d');
      if (!canvas.current || !context || size.width === 0) return;
      const density = window.devicePixelRatio;
      canvas.current.width = Math.round(size.width * density);
      canvas.current.height = Math.round(size.height * density);
      context.scale(density, density);
      drawScene(context, { places: shown, colours, active, view, size, ...inks });
    },
    [colours, active, view, size, inks],
  );
  useGlide(places, draw);

  useEffect(() => {
    const element = frame.current;
    function onWheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      setView((current) => zoomed(current, Math.exp(-event.deltaY / 200), [event.offsetX, event.offsetY], size));
    }
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [size]);

  const zoom = (factor: number) =>
    setView((current) => zoomed(current, factor, [size.width / 2, size.height / 2], size));

  function onPointerMove({ nativeEvent: { offsetX, offsetY, clientX, clientY } }: PointerEvent) {
    const from = drag.current;
    if (!from) return onActive(nearestTo([offsetX, offsetY], places, view, size, REACH));
    const [dx, dy] = [clientX - from.x, clientY - from.y];
    if (!from.moved && Math.abs(dx) + Math.abs(dy) < 4) return;
    drag.current = { x: clientX, y: clientY, moved: true };
    setView((current) => panned(current, dx, dy, size));
  }

  function onKeyDown(event: KeyboardEvent) {
    const arrow = arrows[event.key];
    const factor = { '+': ZOOM, '=': ZOOM, '-': 1 / ZOOM, '0': 1e-3 }[event.key];
    if (event.key === 'Escape') onActive(null);
    else if (factor) zoom(factor);
    else if (arrow)
      onActive(active === null ? nearestTo([0, 0], places, ALL, size, 1e6) : ahead(active, arrow, places));
    else return;
    event.preventDefault();
  }

  const at = active === null ? undefined : places[active];
  const [x, y] = at ? onScreen(at, view, size) : [0, 0];
  return (
    <div ref={frame} className="relative h-[26rem] overflow-hidden rounded-xl bg-paper sm:h-[34rem]">
      <div
        {...walkable}
        role="application"
        aria-roledescription="embedding projection"
        aria-label={label}
        className={clsx(
          'absolute inset-0 size-full -outline-offset-2',
          active === null ? 'cursor-grab' : 'cursor-pointer',
          view.zoom > 1 && 'touch-none',
        )}
        onPointerMove={onPointerMove}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerUp={({ nativeEvent: { offsetX, offsetY } }) => {
          if (!drag.current?.moved) onActive(nearestTo([offsetX, offsetY], places, view, size, REACH));
          drag.current = null;
        }}
        onPointerCancel={() => {
          drag.current = null;
        }}
        onPointerLeave={({ pointerType }) => pointerType === 'mouse' && onActive(null)}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} aria-hidden className="pointer-events-none size-full" />
      </div>
      {at && card && (
        <div
          style={{
            ...(x > size.width / 2 ? { right: size.width - x + 12 } : { left: x + 12 }),
            ...(y > size.height / 2 ? { bottom: size.height - y + 12 } : { top: y + 12 }),
          }}
          className="pointer-events-none absolute z-10 w-36 overflow-hidden rounded-lg border border-line bg-raised shadow-lift"
        >
          {card}
        </div>
      )}
      <div className="absolute right-3 bottom-3 flex gap-1.5">
        <Button size="icon" aria-label="Zoom in" disabled={view.zoom >= 24} onClick={() => zoom(ZOOM)}>
          <Plus className="size-4" aria-hidden />
        </Button>
        <Button size="icon" aria-label="Zoom out" disabled={view.zoom === 1} onClick={() => zoom(1 / ZOOM)}>
          <Minus className="size-4" aria-hidden />
        </Button>
        <Button size="icon" aria-label="Show all" disabled={view.zoom === 1} onClick={() => setView(ALL)}>
          <Maximize className="size-4" aria-hidden />
        </Button>
      </div>
    </div>
  );
}
