import { integer, metric, metricNames, metricParts, metricTitle } from '@/shared/lib/format';
import { Table, Td, Th } from '@/shared/ui/table';
import { apartFromBaselines, type Baseline } from './baselines';
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
  return (
    <div className="mt-8 max-w-4xl">
      <Table
        label="By part"
        head={
          <>
            <Th>Answers from</Th>
            {names.map((name) => (
              <Th key={name} right>
                {metricTitle(name)}
              </Th>
            ))}
          </>
        }
      >
        {[...parts, ['both', metrics] as const].map(([part, values]) => (
          <tr key={part}>
            <Td>{titles[part] ?? (part === 'both' ? 'Text and photo' : metricTitle(part))}</Td>
            {names.map((name) => (
              <Td key={name} right className={part === 'both' ? 'font-semibold' : undefined}>
                {values[name] === undefined ? '–' : metric(name, values[name])}
              </Td>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  );
}

interface BesideBaselinesProps {
  metrics: Record<string, number>;
  baselines: Baseline[];
}

/** A learnt encoder beside what needs no learning: where it is no better, it has learnt nothing of use. */
function BesideBaselines({ metrics, baselines }: BesideBaselinesProps) {
  const names = metricNames(baselines[0]?.metrics ?? {}, 'precisionAt10');
  const rows: Baseline[] = [{ name: 'trained', title: 'This model', metrics }, ...baselines];
  return (
    <div className="mt-8 max-w-3xl">
      <Table
        label="Beside what needs no learning"
        head={
          <>
            <Th>Vectors of</Th>
            {names.map((name) => (
              <Th key={name} right>
                {metricTitle(name)}
              </Th>
            ))}
          </>
        }
      >
        {rows.map(({ name, title, metrics: values }) => (
          <tr key={name} className={name === 'trained' ? 'font-semibold' : undefined}>
            <Td>{title}</Td>
            {names.map((measure) => (
              <Td key={measure} right>
                {values[measure] === undefined ? '–' : metric(measure, values[measure])}
              </Td>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  );
}
