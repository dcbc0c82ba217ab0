/** What a contestant finds, and how fast, when it follows so many candidates. */
export interface Point {
  expansion: number;
  recall: number;
  perSecond: number;
}

/**
 * Queries per second at a recall, between the two points around it: log of the rate over log of the misses, which is
 * close to a line for graphs of neighbours.
 * @returns undefined where the curve does not reach the recall
 */
export function rateAt(curve: readonly Point[], recall: number): number | undefined {
  const after = curve.findIndex((point) => point.recall >= recall);
  const [low, high] = [curve[after - 1], curve[after]];
  if (!high) return undefined;
  if (!low || low.recall === high.recall) return high.perSecond;
  const misses = (value: number) => Math.log(1 - Math.min(value, 0.9999));
  const share = (misses(recall) - misses(low.recall)) / (misses(high.recall) - misses(low.recall));
  return Math.exp(Math.log(low.perSecond) + share * (Math.log(high.perSecond) - Math.log(low.perSecond)));
}
