import { useEffect, useRef } from 'react';
import type { Place } from './projection';

const MILLISECONDS = 420;
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
const eased = (t: number) => 1 - (1 - t) ** 3;

/**
 * Calls `draw` with the places; when they change, with those on the way from the last ones, so that the eye can follow
 * photos from one epoch or layout to the next.
 */
export function useGlide(places: readonly Place[], draw: (places: readonly Place[]) => void): void {
  const shown = useRef<readonly Place[]>([]);
  const latest = useRef(draw);
  latest.current = draw;

  useEffect(() => {
    const from = shown.current;
    const begin = performance.now();
    const still = calm.matches || from.length !== places.length;
    let frame = 0;
    function step(now: number) {
      const t = still ? 1 : Math.min(1, Math.max(0, (now - begin) / MILLISECONDS));
      const way = eased(t);
      shown.current =
        t === 1
          ? places
          : places.map(([x, y], i) => {
              const [u, v] = from[i] ?? [x, y];
              return [u + (x - u) * way, v + (y - v) * way];
            });
      latest.current(shown.current);
      if (t < 1) frame = requestAnimationFrame(step);
    }
    step(begin);
    return () => cancelAnimationFrame(frame);
  }, [places]);

  useEffect(() => draw(shown.current), [draw]);
}
