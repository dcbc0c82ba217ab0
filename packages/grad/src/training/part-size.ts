import { insist } from '../errors.js';

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
  const positive = (value: number) => Number.isInteger(value) && value > 0;
  insist(Number.isFinite(seed), 'graph', `seed must be a finite number, not ${seed}.`);
  insist(positive(batchSize), 'graph', `batchSize must be 1 or more, not ${batchSize}.`);
  insist(positive(parts), 'graph', `accumulate must be 1 or more parts, not ${parts}.`);
  insist(clipNorm > 0, 'graph', `clipNorm must be above 0, not ${clipNorm}; leave it out to clip nothing.`);
  insist(
    averageDecay >= 0 && averageDecay < 1,
    'graph',
    `averageDecay must be from 0 to below 1, not ${averageDecay}.`,
  );
  insist(
    positive(batchSize / parts),
    'graph',
    `A batch of ${batchSize} examples cannot be computed in ${parts} equal parts.`,
  );
  return batchSize / parts;
}
