import { Maximize, Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/shared/ui/button';
import type { Place } from './projection';
import { MOST, type Size } from './view';

/** How much nearer a press of a button or key goes. */
export const ZOOM = 1.6;

interface ZoomButtonsProps {
  zoom: number;
  onZoom(factor: number): void;
  onAll(): void;
}

export function ZoomButtons({ zoom, onZoom, onAll }: ZoomButtonsProps) {
  return (
    <div className="absolute right-3 bottom-3 flex gap-1.5">
      <Button size="icon" aria-label="Zoom in" disabled={zoom >= MOST} onClick={() => onZoom(ZOOM)}>
        <Plus className="size-4" aria-hidden />
      </Button>
      <Button size="icon" aria-label="Zoom out" disabled={zoom === 1} onClick={() => onZoom(1 / ZOOM)}>
        <Minus className="size-4" aria-hidden />
      </Button>
      <Button size="icon" aria-label="Show all" disabled={zoom === 1} onClick={onAll}>
        <Maximize className="size-4" aria-hidden />
      </Button>
    </div>
  );
}

interface CardProps {
  /** The pixel that it belongs to. */
  at: Place;
  size: Size;
  children: ReactNode;
}

/** A card beside a pixel, on the side that has room for it. */
export function CardBeside({ at: [x, y], size, children }: CardProps) {
  return (
    <div
      style={{
        ...(x > size.width / 2 ? { right: size.width - x + 12 } : { left: x + 12 }),
        ...(y > size.height / 2 ? { bottom: size.height - y + 12 } : { top: y + 12 }),
      }}
      className="pointer-events-none absolute z-10 w-36 overflow-hidden rounded-lg border border-line bg-raised shadow-lift"
    >
      {children}
    </div>
  );
}
