import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refreshFigures, withFigures } from './figures';
import { figuresQuery } from './use-runs';

const { asked } = vi.hoisted(() => ({ asked: [] as unknown[] }));
const held = [
  { name: 'confusion', epoch: 1, data: 'old' },
  { name: 'confusion', epoch: 2, data: 'old' },
];

/** A server that has three epochs, and tells those with the name and of the epoch that are asked for. */
vi.mock('@/shared/api/client', () => ({
  api: {
    GET: async (_path: string, { params: { query } }: { params: { query?: { name: string; epoch: number } } }) => {
      asked.push(query);
      const all = [1, 2, 3].map((epoch) => ({ name: 'confusion', epoch, data: 'new' }));
      return { data: query ? all.filter(({ epoch }) => epoch === query.epoch) : all, response: new Response() };
    },
  },
}));

describe('the figures of a live run', () => {
  const queryClient = new QueryClient();
  const { queryKey } = figuresQuery('run');
  let leave = () => {};

  function look() {
    leave = new QueryObserver(queryClient, { ...figuresQuery('run'), staleTime: 60_000 }).subscribe(() => {});
  }
  beforeEach(() => {
    asked.length = 0;
    queryClient.setQueryData(queryKey, held);
  });
  afterEach(() => leave());

  it('are read one by one as they are drawn, while the others are looked at', async () => {
    look();
    await refreshFigures(queryClient, 'run', [{ name: 'confusion', epoch: 3 }]);
    expect(asked).toEqual([{ name: 'confusion', epoch: 3 }]);
    expect(queryClient.getQueryData(queryKey)).toEqual([...held, { name: 'confusion', epoch: 3, data: 'new' }]);
  });

  it('are read at once where many were drawn meanwhile', async () => {
    look();
    await refreshFigures(
      queryClient,
      'run',
      [...Array(20).keys()].map((epoch) => ({ name: 'confusion', epoch })),
    );
    expect(asked).toEqual([undefined]);
  });

  it('wait until they are looked at', async () => {
    await refreshFigures(queryClient, 'run', [{ name: 'confusion', epoch: 3 }]);
    expect(asked).toEqual([]);
    expect(queryClient.getQueryState(queryKey)?.isInvalidated).toBe(true);
  });
});

it('keeps figures in the order of their names and epochs, and the newest of each', () => {
  const read = [
    { name: 'confusion', epoch: 2, data: 'new' },
    { name: 'alike', epoch: 1, data: 'new' },
  ];
  expect(withFigures(held, read)).toEqual([
    { name: 'alike', epoch: 1, data: 'new' },
    { name: 'confusion', epoch: 1, data: 'old' },
    { name: 'confusion', epoch: 2, data: 'new' },
  ]);
});
