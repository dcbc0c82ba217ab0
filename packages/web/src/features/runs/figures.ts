import type { QueryClient } from '@tanstack/react-query';
import { type Schemas, unwrap } from '@vitrine/client';
import { api } from '@/shared/api/client';
import { figuresQuery } from './use-runs';

type Figure = Schemas['Figure'];
export type FigureEvent = Pick<Figure, 'name' | 'epoch'>;

/** More figures than these at once are read with all others, in one request. */
const FEW = 8;

const isSame = (a: FigureEvent, b: FigureEvent) => a.name === b.name && a.epoch === b.epoch;

/** The figures with those that were read, by name and epoch; what was there of the same epoch is replaced. */
export function withFigures(figures: readonly Figure[], read: readonly Figure[]): Figure[] {
  return [...figures.filter((figure) => !read.some((one) => isSame(one, figure))), ...read].sort((a, b) =>
    a.name === b.name ? a.epoch - b.epoch : a.name < b.name ? -1 : 1,
  );
}

async function readFigure(id: string, query: FigureEvent): Promise<Figure[]> {
  return unwrap(await api.GET('/api/v1/runs/{id}/figures', { params: { path: { id }, query } }));
}

/** Reads the figures that a live run has drawn, and only these, where the others are being looked at. */
export async function refreshFigures(queryClient: QueryClient, id: string, drawn: FigureEvent[]): Promise<void> {
  const { queryKey } = figuresQuery(id);
  const query = queryClient.getQueryCache().find({ queryKey, exact: true });
  const isShown = query?.isActive() && query.state.data !== undefined && query.state.fetchStatus === 'idle';
  if (!isShown || drawn.length > FEW) return queryClient.invalidateQueries({ queryKey });
  try {
    const read = await Promise.all(drawn.map((one) => readFigure(id, one)));
    queryClient.setQueryData(queryKey, (figures) => figures && withFigures(figures, read.flat()));
  } catch {
    // Asking for all of them says why, and tries again where that helps.
    await queryClient.invalidateQueries({ queryKey });
  }
}
