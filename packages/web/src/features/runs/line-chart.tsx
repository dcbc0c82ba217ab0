import { useEffect, useId, useRef } from 'react';
import uPlot from 'uplot';
import { useTheme } from '@/shared/lib/theme';

export interface Line {
  name: string;
  points: { x: number; y: number }[];
}

interface LineChartProps {
  title: string;
  xTitle: string;
  lines: Line[];
  format(value: number): string;
}

const hues = {
  light: ['#1d4d44', '#b4502d', '#4659a8', '#9a7410', '#8a3a72', '#2b7c93', '#5c6b2f', '#6b5a4d'],
  dark: ['#9acbbb', '#f0a27f', '#a9b6f2', '#e0c06a', '#e0a1cb', '#8dd0e3', '#bccb8a', '#cdbcae'],
};

/** Lines on one abscissa; a line without a value somewhere is joined over the gap. */
function columns(lines: Line[]): uPlot.AlignedData {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const ys = lines.map(({ points }) => {
    const at = new Map(points.map(({ x, y }) => [x, y]));
    return xs.map((x) => at.get(x) ?? null);
  });
  return [xs, ...ys];
}

/** A line's value where the pointer is, or the last before; without a pointer, its newest. */
function valueAt({ data }: uPlot, line: number, at: number | null): number | undefined {
  const values = data[line] ?? [];
  for (let index = at ?? values.length - 1; index >= 0; index--)
    if (values[index] != null) return values[index] as number;
  return undefined;
}

function roundedAt(chart: uPlot, line: number, at: number | null): string {
  const value = valueAt(chart, line, at);
  return value === undefined ? '' : String(Math.round(value * 100) / 100);
}

/** Values that are all the same stand on a range of their own size; uPlot would reach for a hundred. */
function rangeOf(least: number, most: number): uPlot.Range.MinMax {
  return least === most
    ? [least - Math.abs(least) / 2, most + (Math.abs(most) / 2 || 1)]
    : uPlot.rangeNum(least, most, 0.1, true);
}

export function LineChart({ title, xTitle, lines, format }: LineChartProps) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const { dark } = useTheme();
  const names = JSON.stringify(lines.map(({ name }) => name));
  const latest = useRef({ lines, format });
  latest.current = { lines, format };

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const [muted, line] = [style.getPropertyValue('--muted'), style.getPropertyValue('--line')];
    const axis = {
      stroke: muted,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      font: '12px "Hanken Grotesk Variable", sans-serif',
    };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: 260,
        cursor: { points: { size: 7 } },
        scales: { x: { time: false }, y: { range: (_, least, most) => rangeOf(least, most) } },
        legend: { live: true, markers: { width: 3 } },
        axes: [
          { ...axis, size: 30 },
          { ...axis, size: 62, values: (_, values) => values.map((value) => latest.current.format(value)) },
        ],
        series: [
          { label: xTitle, value: (self, _, line, at) => roundedAt(self, line, at) },
          ...(JSON.parse(names) as string[]).map((label, index) => ({
            label,
            stroke: hues[dark ? 'dark' : 'light'][index % 8] ?? muted,
            width: 2,
            spanGaps: true,
            points: { show: false },
            value: (self: uPlot, _: number, line: number, at: number | null) => {
              const value = valueAt(self, line, at);
              return value === undefined ? '–' : latest.current.format(value);
            },
          })),
        ],
      },
      columns(latest.current.lines),
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 260 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [names, xTitle, dark]);

  useEffect(() => plot.current?.setData(columns(lines)), [lines]);

  const summary = lines
    .map(({ name, points }) => `${name}: ${points.length > 0 ? format(points.at(-1)?.y ?? 0) : 'no values yet'}`)
    .join('; ');
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <figcaption id={id} className="mb-2 font-semibold">
        {title}
        <span className="sr-only">. Latest values: {summary}</span>
      </figcaption>
      <div ref={place} aria-hidden />
    </figure>
  );
}
