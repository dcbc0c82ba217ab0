import clsx from 'clsx';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { useTheme } from '@/shared/lib/theme';
import { useOnChange } from '@/shared/lib/use-on-change';
import { drawScene } from './draw';
import { CardBeside, ZOOM, ZoomButtons } from './plot-overlays';
import type { Place } from './projection';
import { useGlide } from './use-glide';
import { usePlotView } from './use-plot-view';
import { ALL, ahead, nearestTo, onScreen } from './view';

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
  const { size, view, zoom, pan, showAll } = usePlotView(frame);
  const { dark } = useTheme();
  const [inks, setInks] = useState(inksNow);
  useOnChange(dark, () => setInks(inksNow()));

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

  function onPointerMove({ nativeEvent: { offsetX, offsetY, clientX, clientY } }: PointerEvent) {
    const from = drag.current;
    if (!from) return onActive(nearestTo([offsetX, offsetY], places, view, size, REACH));
    const [dx, dy] = [clientX - from.x, clientY - from.y];
    if (!from.moved && Math.abs(dx) + Math.abs(dy) < 4) return;
    drag.current = { x: clientX, y: clientY, moved: true };
    pan(dx, dy);
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
        <CardBeside at={onScreen(at, view, size)} size={size}>
          {card}
        </CardBeside>
      )}
      <ZoomButtons zoom={view.zoom} onZoom={zoom} onAll={showAll} />
    </div>
  );
}
