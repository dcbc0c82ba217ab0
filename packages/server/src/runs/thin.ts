export interface Point {
  step: number;
  epoch: number;
  value: number;
}

/**
 * At most `count` (3 or more) points that keep a curve's look, first and last among them: largest triangle three buckets
 * (S. Steinarsson, "Downsampling Time Series for Visual Representation", 2013). Spikes stay.
 */
export function thin(points: Point[], count: number): Point[] {
  if (points.length <= count) return points;
  const size = (points.length - 2) / (count - 2);
  const bucket = (index: number) =>
    points.slice(1 + Math.floor(index * size), Math.min(points.length - 1, 1 + Math.floor((index + 1) * size)));
  const last = points.at(-1) as Point;
  const kept = [points[0] as Point];
  for (let index = 0; index < count - 2; index++) {
    const next = index === count - 3 ? [last] : bucket(index + 1);
    kept.push(farthest(kept.at(-1) as Point, bucket(index), mean(next)));
  }
  return [...kept, last];
}

function mean(points: Point[]): { step: number; value: number } {
  const sum = points.reduce((total, { step, value }) => ({ step: total.step + step, value: total.value + value }), {
    step: 0,
    value: 0,
  });
  return { step: sum.step / points.length, value: sum.value / points.length };
}

/** The candidate that spans the largest triangle with the point before and the mean of what follows. */
function farthest(before: Point, candidates: Point[], after: { step: number; value: number }): Point {
  const area = ({ step, value }: Point) =>
    Math.abs((before.step - after.step) * (value - before.value) - (before.step - step) * (after.value - before.value));
  return candidates.reduce((best, candidate) => (area(candidate) > area(best) ? candidate : best));
}
