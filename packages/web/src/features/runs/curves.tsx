import { useQuery } from '@tanstack/react-query';
import { metric, metricTitle } from '@/shared/lib/format';
import { EmptyState, ErrorState, SkeletonRows } from '@/shared/ui/states';
import { LineChart } from './line-chart';
import { isPace } from './pace';
import { isLive, type Run, type Series, seriesQuery } from './use-runs';

/** `validation.accuracy` and `accuracy` are the same measure on different rows: one chart. */
export const measureOf = (name: string) => name.split('.').at(-1) ?? name;

/** In a chart that names the measure, what is measured on: `image.validation.loss` → `Image, validation`. */
function lineTitle(name: string, measure: string): string {
  const rest = name
    .slice(0, -measure.length - 1)
    .split('.')
    .join(', ');
  return rest ? rest.charAt(0).toUpperCase() + rest.slice(1) : metricTitle(measure);
}

/** The charts that matter stand first. */
const order = ['loss', 'precisionAt10', 'knnAccuracy', 'probeAccuracy', 'accuracy', 'macroF1', 'weightedF1'];
const rank = (measure: string) => (order.includes(measure) ? order.indexOf(measure) : order.length);

export function chartsOf(series: Series[]): [string, Series[]][] {
  const charts = new Map<string, Series[]>();
  for (const one of series) {
    const measure = measureOf(one.name);
    charts.set(measure, [...(charts.get(measure) ?? []), one]);
  }
  return [...charts].sort(([a], [b]) => rank(a) - rank(b));
}

/** Loss, accuracy and whatever else the training reports, as it goes. */
export function Curves({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(seriesQuery(run.id));
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.length === 0) {
    return <EmptyState title={isLive(run) ? 'The first values are on their way' : 'This run reported no values'} />;
  }
  return (
    <div className="grid gap-10 lg:grid-cols-2">
      {chartsOf(data.filter((one) => !isPace(one))).map(([measure, group]) => (
        <LineChart
          key={measure}
          title={metricTitle(measure)}
          xTitle="Epoch"
          format={(value) => metric(measure, value)}
          lines={group.map(({ name, points }) => ({
            name: lineTitle(name, measure),
            points: points.map(({ epoch, value }) => ({ x: epoch, y: value })),
          }))}
        />
      ))}
    </div>
  );
}
