import { useQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { metric, metricNames, metricTitle } from '@/shared/lib/format';
import { PageHeader } from '@/shared/ui/page-header';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { Table, Td, Th } from '@/shared/ui/table';
import { measureOf } from './curves';
import { LineChart } from './line-chart';
import { type Run, seriesQuery, useComparison } from './use-runs';

/** Two to eight runs side by side: results, what differs in their config, curves laid over each other. */
export function RunComparePage() {
  const { ids } = useSearch({ from: '/shell/runs/compare' });
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useComparison(ids);
  if (error) return <ErrorState error={error} retry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const primary = data.runs[0]?.primaryMetric ?? '';
  const order = metricNames(Object.fromEntries(data.metrics.map(({ name }) => [name, 0])), primary);
  const results = [
    ...order.flatMap((name) => data.metrics.find((one) => one.name === name) ?? []),
    ...data.metrics.filter(({ name }) => name.includes('.') && !name.endsWith('examples')),
  ];
  const differing = data.config.filter(({ differs }) => differs);
  const heads = (
    <>
      <Th>{''}</Th>
      {data.runs.map((run) => (
        <Th key={run.id} right>
          <Link to="/runs/$id" params={{ id: run.id }} className="hover:text-accent">
            #{run.number}
          </Link>
        </Th>
      ))}
    </>
  );
  return (
    <>
      <PageHeader title="Compare runs" eyebrow={<Link to="/runs">Runs</Link>} />
      <section className="mb-14">
        <h2 className="mb-4 font-display text-2xl">Results</h2>
        <Table label="Results" head={heads}>
          {results.map(({ name, values, best }) => (
            <tr key={name}>
              <Td>{metricTitle(name)}</Td>
              {values.map((value, index) => (
                <Td
                  key={data.runs[index]?.id}
                  right
                  className={index === best ? 'font-semibold text-accent' : undefined}
                >
                  {value === null ? '–' : metric(name, value)}
                  {index === best && <span className="sr-only"> (best)</span>}
                </Td>
              ))}
            </tr>
          ))}
        </Table>
      </section>
      <Overlaid runs={data.runs} />
      <section className="mt-14">
        <div className="mb-4 flex flex-wrap items-baseline justify-between gap-4">
          <h2 className="font-display text-2xl">Config</h2>
          <label className="flex items-center gap-2.5 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-(--accent)"
              checked={all}
              onChange={(event) => setAll(event.target.checked)}
            />
            Also what is the same
          </label>
        </div>
        {differing.length === 0 && !all ? (
          <p className="text-muted">They were started alike.</p>
        ) : (
          <Table label="Config" head={heads}>
            {(all ? data.config : differing).map(({ key, values, differs }) => (
              <tr key={key} className={differs ? undefined : 'text-muted'}>
                <Td className="font-mono text-sm">{key}</Td>
                {values.map((value, index) => (
                  <Td key={data.runs[index]?.id} right className="font-mono text-sm">
                    {value === undefined || value === null
                      ? '–'
                      : typeof value === 'string'
                        ? value
                        : JSON.stringify(value)}
                  </Td>
                ))}
              </tr>
            ))}
          </Table>
        )}
      </section>
    </>
  );
}

function Overlaid({ runs }: { runs: Run[] }) {
  const series = useQueries({ queries: runs.map(({ id }) => seriesQuery(id)) });
  const names = [...new Set(series.flatMap(({ data }) => data?.map(({ name }) => name) ?? []))];
  const shown = names.filter((name) => /^(validation\.)?(loss|accuracy|macroF1)$/.test(name));
  return (
    <section>
      <h2 className="mb-4 font-display text-2xl">Curves</h2>
      <div className="grid gap-10 lg:grid-cols-2">
        {shown.map((name) => (
          <LineChart
            key={name}
            title={metricTitle(name)}
            xTitle="Epoch"
            format={(value) => metric(measureOf(name), value)}
            lines={runs.map((run, index) => ({
              name: `#${run.number}`,
              points:
                series[index]?.data
                  ?.find((one) => one.name === name)
                  ?.points.map(({ epoch, value }) => ({ x: epoch, y: value })) ?? [],
            }))}
          />
        ))}
      </div>
    </section>
  );
}
