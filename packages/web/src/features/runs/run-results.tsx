import { integer, metric, metricNames, metricParts, metricTitle } from '@/shared/lib/format';
import { apartFromBaselines } from './baselines';
import { type MetricRow, MetricTable } from './metric-table';
import type { Run } from './use-runs';

interface RunResultsProps {
  run: Run;
  metrics: Record<string, number>;
}

/** What a run's model is worth on rows it has not learnt from, beside its parts and what it has to beat. */
export function RunResults({ run, metrics: all }: RunResultsProps) {
  const { own: metrics, baselines } = apartFromBaselines(all);
  const names = metricNames(metrics, run.primaryMetric);
  return (
    <section aria-label="On the test split" className="mb-10">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-6 sm:grid-cols-3 lg:grid-cols-6">
        {names.map((name) => (
          <div key={name} className="border-t border-line pt-3">
            <dt className="truncate text-sm text-muted" title={name}>
              {metricTitle(name)}
            </dt>
            <dd
              className={`mt-1 font-display text-2xl tabular-nums ${name === run.primaryMetric ? 'text-accent' : ''}`}
            >
              {metric(name, metrics[name] ?? 0)}
            </dd>
          </div>
        ))}
      </dl>
      <ResultsByPart run={run} metrics={metrics} />
      {baselines.length > 0 && <BesideBaselines metrics={metrics} baselines={baselines} />}
      <p className="mt-3 text-[0.8125rem] text-muted">
        Measured on the test split{metrics.examples !== undefined && `: ${integer(metrics.examples)} examples`}.
      </p>
    </section>
  );
}

/** A fused model beside its parts: what the text alone and the photo alone are good for. */
function ResultsByPart({ run, metrics }: RunResultsProps) {
  const parts = metricParts(metrics);
  if (parts.length === 0) return null;
  const names = metricNames(parts[0]?.[1] ?? {}, run.primaryMetric).slice(0, 6);
  const titles: Record<string, string> = { text: 'Text alone', image: 'Photo alone' };
  const rows = parts.map(([name, values]) => ({ name, title: titles[name] ?? metricTitle(name), metrics: values }));
  const both = { name: 'both', title: 'Text and photo', metrics };
  return (
    <div className="mt-8 max-w-4xl">
      <MetricTable label="By part" of="Answers from" names={names} rows={[...rows, both]} main="both" />
    </div>
  );
}

interface BesideBaselinesProps {
  metrics: Record<string, number>;
  baselines: MetricRow[];
}

/** A learnt encoder beside what needs no learning: where it is no better, it has learnt nothing of use. */
function BesideBaselines({ metrics, baselines }: BesideBaselinesProps) {
  const names = metricNames(baselines[0]?.metrics ?? {}, 'precisionAt10');
  const rows = [{ name: 'trained', title: 'This model', metrics }, ...baselines];
  return (
    <div className="mt-8 max-w-3xl">
      <MetricTable label="Beside what needs no learning" of="Vectors of" names={names} rows={rows} main="trained" />
    </div>
  );
}
