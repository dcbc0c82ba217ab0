import { type Cell, table } from '../report.js';
import type { Outcome } from './contest.js';
import type { Row } from './rows.js';

export interface Result {
  readonly row: Row;
  /** By the engines' names. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Least and median milliseconds, or why there are none. */
export function timesOf(outcome: Outcome | undefined): string {
  if (!outcome) return '–';
  return 'cannot' in outcome ? `cannot: ${outcome.cannot}` : `${short(outcome.min)} / ${short(outcome.median)}`;
}

/** Our times beside another's, as a table, with the ratio that each row aims for. */
export function comparison(
  results: readonly Result[],
  ours: string,
  other: string,
  goalOf: (row: Row) => number | undefined,
): string {
  const lines = results.map(({ row, outcomes }): Cell[] => {
    const [a, b] = [outcomes.get(ours), outcomes.get(other)];
    const goal = goalOf(row);
    return [row.title, timesOf(a), timesOf(b), ratio(a, b), goal === undefined ? '' : `≤ ${goal}`];
  });
  return table(['', ours, other, 'ratio', 'goal'], lines);
}

/** Largest resident memory of the processes that train, in MB. */
export function memory(results: readonly Result[], ours: string, other: string): string {
  const lines = results.flatMap(({ row, outcomes }): Cell[][] => {
    const [a, b] = [peak(outcomes.get(ours)), peak(outcomes.get(other))];
    return row.step && a && b ? [[row.title, a.toFixed(0), b.toFixed(0), (a / b).toFixed(2)]] : [];
  });
  return table(['peak memory of training, MB; goal ≤ 1.3', ours, other, 'ratio'], lines);
}

/** What the processor computes in the least time of each, in GFLOP/s: how near to its limit an engine is. */
export function throughput(results: readonly Result[], engines: readonly string[]): string {
  const lines = results.flatMap(({ row, outcomes }): Cell[][] => {
    const { flop } = row;
    if (flop === undefined) return [];
    const rates = engines.map((name) => {
      const outcome = outcomes.get(name);
      return outcome && 'min' in outcome ? (flop / outcome.min / 1e6).toFixed(0) : '–';
    });
    return [[row.title, ...rates]];
  });
  return lines.length ? table(['GFLOP/s at best', ...engines], lines) : '';
}

function ratio(a: Outcome | undefined, b: Outcome | undefined): string {
  if (!a || !b || 'cannot' in a || 'cannot' in b) return '–';
  return `${(a.min / b.min).toFixed(2)} / ${(a.median / b.median).toFixed(2)}`;
}

function peak(outcome: Outcome | undefined): number | undefined {
  return outcome && 'min' in outcome ? outcome.peakMegabytes : undefined;
}

function short(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0);
}
