import { useQuery } from '@tanstack/react-query';
import { bytes, duration, integer, percent } from '@/shared/lib/format';
import { isLive, type Run, type Series, seriesQuery } from './use-runs';

const measures = ['examplesPerSecond', 'dataWait', 'memoryMB'] as const;
type Measure = (typeof measures)[number];

const measureOf = (name: string) => measures.find((measure) => name.split('.').at(-1) === measure);

/** Whether a series tells how fast a training goes, not how well. */
export function isPace({ name }: Series): boolean {
  return measureOf(name) !== undefined;
}

/** The newest value of a measure for each part of the model that told it: `image`, `text`, or '' where there are none. */
function newest(series: readonly Series[], wanted: Measure): [part: string, value: number][] {
  const parts = new Map<string, { step: number; value: number }>();
  for (const { name, points } of series) {
    if (measureOf(name) !== wanted) continue;
    const part = name.includes('.') ? (name.split('.')[0] ?? '') : '';
    const last = points.at(-1);
    if (last && last.step >= (parts.get(part)?.step ?? 0)) parts.set(part, last);
  }
  return [...parts].map(([part, { value }]) => [part, value]);
}

const partTitles: Record<string, string> = { image: 'photos', text: 'text' };

/** How fast a training goes, whether it waits for data, what memory it takes, and how long it still needs. */
export function PaceLine({ run }: { run: Run }) {
  const { data = [] } = useQuery(seriesQuery(run.id));
  const memory = newest(data, 'memoryMB').map(([, value]) => value);
  const facts: [string, string | undefined][] = [
    isLive(run) ? ['Time left', run.secondsLeft === null ? undefined : duration(run.secondsLeft)] : taken(run),
    ['Examples a second', byPart(newest(data, 'examplesPerSecond'), rate)],
    ['Waiting for data', byPart(newest(data, 'dataWait'), percent)],
    ['Memory', memory.length > 0 ? bytes(Math.max(...memory) * 2 ** 20) : undefined],
  ];
  const known = facts.filter(([, value]) => value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl className="mb-10 flex flex-wrap gap-x-10 gap-y-3 text-sm">
      {known.map(([title, value]) => (
        <div key={title} className="flex flex-col-reverse">
          <dt className="text-muted">{title}</dt>
          <dd className="text-lg tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function taken({ startedAt, finishedAt }: Run): [string, string | undefined] {
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : undefined;
  return ['Time taken', seconds === undefined ? undefined : duration(seconds)];
}

function rate(value: number): string {
  return value < 10 ? value.toFixed(1) : integer(Math.round(value));
}

function byPart(values: [part: string, value: number][], format: (value: number) => string): string | undefined {
  const [only, ...others] = values;
  if (!only) return undefined;
  if (others.length === 0) return format(only[1]);
  return values.map(([part, value]) => `${format(value)} ${partTitles[part] ?? part}`).join(', ');
}
