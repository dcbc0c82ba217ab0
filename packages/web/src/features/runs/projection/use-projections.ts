import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { figuresQuery, type Run } from '../use-runs';
import { type ProjectedPhoto, projectionOf } from './projection';

export interface EpochProjection {
  epoch: number;
  photos: ProjectedPhoto[];
}

/** Where a training's encoder put some photos, epoch by epoch; undefined while that is not known. */
export function useProjections(run: Run) {
  const { data, error, refetch } = useQuery(figuresQuery(run.id));
  const epochs = useMemo(
    () =>
      data?.flatMap(({ name, epoch, data: figure }): EpochProjection[] => {
        const photos = /(^|\.)projection$/.test(name) ? projectionOf(figure) : null;
        return photos && photos.length > 0 ? [{ epoch, photos }] : [];
      }),
    [data],
  );
  return { epochs, error, refetch };
}
