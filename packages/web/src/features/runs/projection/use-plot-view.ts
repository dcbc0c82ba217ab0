import { type RefObject, useEffect, useState } from 'react';
import { ALL, panned, type Size, zoomed } from './view';

/** The size of an element, followed as the page is laid out anew. */
function useSize(frame: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return size;
}

/** How large a plot is, and what it shows; Ctrl and the wheel zoom to where the pointer is. */
export function usePlotView(frame: RefObject<HTMLElement | null>) {
  const size = useSize(frame);
  const [view, setView] = useState(ALL);

  useEffect(() => {
    const element = frame.current;
    function onWheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      setView((current) => zoomed(current, Math.exp(-event.deltaY / 200), [event.offsetX, event.offsetY], size));
    }
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [frame, size]);

  return {
    size,
    view,
    /** Nearer by `factor`; what is in the middle stays there. */
    zoom: (factor: number) => setView((current) => zoomed(current, factor, [size.width / 2, size.height / 2], size)),
    /** Along with a pointer that went so many pixels. */
    pan: (dx: number, dy: number) => setView((current) => panned(current, dx, dy, size)),
    showAll: () => setView(ALL),
  };
}
