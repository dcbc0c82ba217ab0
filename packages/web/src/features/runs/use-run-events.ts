import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isLive, type Run, runQuery, type Series, seriesQuery } from './use-runs';

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

/** Follows a live run by server-sent events and keeps its cached queries current. Returns whether it is connected. */
export function useRunEvents(id: string, live: boolean): boolean {
  const queryClient = useQueryClient();
  const [connected, setConnected] = useState(false);

  useEffect(() => {
    if (!live) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const figures = () => queryClient.invalidateQueries({ queryKey: ['runs', 'one', id, 'figures'] });
    const logs = () => queryClient.invalidateQueries({ queryKey: ['runs', 'one', id, 'logs'] });

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
        queryClient.setQueryData(runQuery(id).queryKey, run);
        if (isLive(run)) return;
        source?.close();
        void queryClient.invalidateQueries({ queryKey: ['runs'] });
        void queryClient.invalidateQueries({ queryKey: ['models'] });
      });
      source.addEventListener('metrics', ({ data }) => {
        const event = JSON.parse(data) as MetricsEvent;
        queryClient.setQueryData(seriesQuery(id).queryKey, (series) => withPoint(series ?? [], event));
      });
      source.addEventListener('figure', () => void figures());
      source.addEventListener('log', () => void logs());
    }

    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
      setConnected(false);
    };
  }, [id, live, queryClient]);

  return connected;
}
