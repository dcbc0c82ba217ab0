import { useQuery } from '@tanstack/react-query';
import { bytes, duration, integer, percent } from '@/shared/lib/format';
import { isLive, type Run, type Series, seriesQuery } from './use-runs';

const measures = ['examplesPerSecond', 'dataWait', 'memoryMB'] as const;
type Measure = (typeof measures)[number];

const measureOf = (name: string) => measures.find((measure) => name === measure || name.endsWith(`.${measure}`));

/** Whether a series tells how fast a training goes, not how well. */
export function isPace({ name }: Series): boolean {
  return measureOf(name) !== undefined;
}

/** The newest value of each measure, whichever part of the model told it. */
export function paceOf(series: readonly Series[]): Partial<Record<Measure, number>> {
  const newest: Partial<Record<Measure, { step: number; value: number }>> = {};
  for (const { name, points } of series) {
    const measure = measureOf(name);
    const last = points.at(-1);
    if (measure && last && last.step >= (newest[measure]?.step ?? 0)) newest[measure] = last;
  }
  return Object.fromEntries(Object.entries(newest).map(([measure, { value }]) => [measure, value]));
}

/** How fast a training goes, whether it waits for data, what memory it takes, and how long it still needs. */
export function PaceLine({ run }: { run: Run }) {
  const { data = [] } = useQuery(seriesQuery(run.id));
  const { examplesPerSecond, dataWait, memoryMB } = paceOf(data);
  const seconds = run.startedAt ? secondsBetween(run.startedAt, run.finishedAt) : undefined;
  const facts: [string, string][] = [
    ...(isLive(run) && run.secondsLeft !== null ? [['Time left', duration(run.secondsLeft)] as [string, string]] : []),
    ...(!isLive(run) && seconds !== undefined ? [['Time taken', duration(seconds)] as [string, string]] : []),
    ...fact('Examples a second', examplesPerSecond, (value) =>
      value < 10 ? value.toFixed(1) : integer(Math.round(value)),
    ),
    ...fact('Waiting for data', dataWait, percent),
    ...fact('Memory', memoryMB, (value) => bytes(value * 2 ** 20)),
  ];
  if (facts.length === 0) return null;
  return (
    <dl aria-label="Pace" className="mb-10 flex flex-wrap gap-x-10 gap-y-3 text-sm">
      {facts.map(([title, value]) => (
        <div key={title} className="flex flex-col-reverse">
          <dt className="text-muted">{title}</dt>
          <dd className="text-lg tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function fact(title: string, value: number | undefined, format: (value: number) => string): [string, string][] {
  return value === undefined ? [] : [[title, format(value)]];
}

function secondsBetween(from: string, to: string | null): number {
  return ((to === null ? Date.now() : Date.parse(to)) - Date.parse(from)) / 1000;
}
