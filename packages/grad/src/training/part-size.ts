import { insist } from '../errors.js';
import { requireBelow, requireCounts } from '../ranges.js';

/** The numbers among a trainer's options. */
interface Numbers {
  readonly seed: number;
  readonly batchSize: number;
  readonly accumulate?: number;
  readonly clipNorm?: number;
  readonly averageDecay?: number;
}

/** Checks the numbers among a trainer's options. Returns how many examples are computed at a time. Throws `graph`. */
export function partSize({ seed, batchSize, accumulate: parts = 1, clipNorm = 1, averageDecay = 0 }: Numbers): number {
  insist(Number.isFinite(seed), 'graph', `seed must be a finite number, not ${seed}.`);
  requireCounts('graph', { batchSize, accumulate: parts });
  requireBelow(1, { averageDecay });
  insist(clipNorm > 0, 'graph', `clipNorm must be above 0, not ${clipNorm}; leave it out to clip nothing.`);
  insist(
    batchSize % parts === 0,
    'graph',
    `A batch of ${batchSize} examples cannot be computed in ${parts} equal parts.`,
  );
  return batchSize / parts;
}
