import type { TrainingContext } from '../task.js';
import { PictureCache, type PictureCacheOptions } from './picture-cache.js';

/** Broken pictures that are named one by one. */
const NAMED = 5;

/** Opens the cache of a training's pictures as its first phase, and says which pictures are left out. */
export async function openReportedCache({
  context: { reporter, signal },
  ...options
}: Pick<PictureCacheOptions, 'directory' | 'images' | 'read' | 'frame'> & {
  readonly context: Pick<TrainingContext, 'reporter' | 'signal'>;
}): Promise<PictureCache> {
  const { images, frame } = options;
  reporter.phase('prepare', `Decoding ${images.length} pictures to ${frame.width} × ${frame.height} pixels`);
  const cache = await PictureCache.open({ ...options, signal });
  for (const { reason } of cache.broken.slice(0, NAMED)) reporter.log('warn', `A picture is left out: ${reason}`);
  if (cache.broken.length > NAMED) reporter.log('warn', `${cache.broken.length - NAMED} more pictures are left out.`);
  return cache;
}
