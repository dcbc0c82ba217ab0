import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { gathered } from '@/shared/lib/gathered';
import { type FigureEvent, refreshFigures } from './figures';
import { isLive, logsQuery, type Run, runQuery, type Series, seriesQuery } from './use-runs';

/** Between one reading of figures or logs and the next, in milliseconds: a training may say much at once. */
const PAUSE = 1000;

interface MetricsEvent {
  step: number;
  epoch: number;
  values: Record<string, number>;
}

/** The series with the point added; a point that was already there (a repeated event) changes nothing. */
export function withPoint(series: Series[], { step, epoch, values }: MetricsEvent): Series[] {
  const next = new Map(series.map((one) => [one.name, one]));
  for (const [name, value] of Object.entries(values)) {
    const points = next.get(name)?.points ?? [];
    if (points.some((point) => point.step === step)) continue;
    next.set(name, { name, points: [...points, { step, epoch, value }] });
  }
  return [...next.values()];
}

/**
 * Follows a live run by server-sent events and keeps its cached queries current.
 * @param reference its id or number, whichever the page's address has
 * @returns whether it is connected
 */
export function useRunEvents(reference: string, run: Run | undefined): boolean {
  const queryClient = useQueryClient();
  const [connected, setConnected] = useState(false);
  const followed = run && isLive(run) ? run.id : null;

  useEffect(() => {
    if (followed === null) return;
    const id = followed;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const figures = gathered<FigureEvent>((drawn) => refreshFigures(queryClient, id, drawn), PAUSE);
    const logs = gathered<void>(() => queryClient.invalidateQueries({ queryKey: logsQuery(id).queryKey }), PAUSE);

    function connect() {
      source = new EventSource(`/api/v1/runs/${encodeURIComponent(id)}/events`);
      source.onopen = () => setConnected(true);
      // The browser reconnects by itself, unless the server answered with an error: then we do.
      source.onerror = () => {
        setConnected(false);
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, 3000);
      };
      source.addEventListener('run', ({ data }) => {
        const run = JSON.parse(data) as Run;
        queryClient.setQueryData(runQuery(reference).queryKey, run);
        if (isLive(run)) return;
        source?.close();
        void queryClient.invalidateQueries({ queryKey: ['runs'] });
        void queryClient.invalidateQueries({ queryKey: ['models'] });
      });
      source.addEventListener('metrics', ({ data }) => {
        const event = JSON.parse(data) as MetricsEvent;
        queryClient.setQueryData(seriesQuery(id).queryKey, (series) => withPoint(series ?? [], event));
      });
      source.addEventListener('figure', ({ data }) => figures.add(JSON.parse(data) as FigureEvent));
      source.addEventListener('log', () => logs.add());
    }

    connect();
    return () => {
      clearTimeout(timer);
      figures.stop();
      logs.stop();
      source?.close();
      setConnected(false);
    };
  }, [reference, followed, queryClient]);

  return connected;
}
