import { publish } from '../report.js';
import { comparison, memory, type Result, throughput, timesOf } from './comparison.js';
import { contest } from './contest.js';
import type { Engine } from './contestant.js';
import { findRivals, findTorch, ours } from './engines.js';
import { rows } from './rows.js';

/** Our time / that of JavaScript's other engines, where they can do it at all: eight times as fast. */
const RIVALS_GOAL = 0.125;

export interface EngineOptions {
  /** Only workloads whose name holds this; the findings are printed and not written. */
  readonly only: string | undefined;
  /** Turns of each engine. */
  readonly rounds: number;
}

/** Our engine beside PyTorch and JavaScript's other engines, each in a process of its own, taking turns. */
export async function engine({ only = '', rounds }: EngineOptions): Promise<void> {
  const chosen = rows.filter(({ workload }) => workload.includes(only));
  if (!chosen.length) {
    throw new Error(`No workload is named ${only}; there are ${rows.map(({ workload }) => workload).join(', ')}.`);
  }
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error('The number of rounds must be a positive whole number.');
  const torch = await findTorch();
  const rivals = findRivals();
  if (!rivals.length)
    console.warn('SKIPPED: other JavaScript engines; `npm ci --prefix tools/engine-rivals` gets them.');

  const results: Result[] = [];
  for (const row of chosen) {
    const engines = [ours, ...(torch ? [torch] : []), ...rivals.filter(({ name }) => row.rivals?.includes(name))];
    const outcomes = await contest(row.workload, engines, rounds);
    results.push({ row, outcomes });
    console.log([row.title, ...engines.map(({ name }) => `${name} ${timesOf(outcomes.get(name))}`)].join(' · '));
  }
  const engines = [ours, ...(torch ? [torch] : []), ...rivals];
  const conditions =
    `${engines.map(({ name, version }) => `${name} (${version})`).join(', ')}; two threads each, all in float32 unless ` +
    `said otherwise. Every engine and workload has a process of its own; they take turns, ${rounds} each. Times are ` +
    'milliseconds, least / median; a ratio below 1 is in our favour.';
  const rates = throughput(
    results,
    engines.map(({ name }) => name),
  );
  const sections = [conditions, ...besideTorch(results, torch), ...besideRivals(results, rivals), rates].filter(
    Boolean,
  );
  if (only) console.log(`\n${sections.join('\n\n')}`);
  else await publish('engine', 'Training and inference, engine beside engine', sections);
}

function besideTorch(results: readonly Result[], torch: Engine | undefined): string[] {
  const beside = comparison(results, ours.name, 'PyTorch', ({ goal }) => goal);
  return torch ? [beside, memory(results, ours.name, torch.name)] : [beside];
}

function besideRivals(results: readonly Result[], rivals: readonly Engine[]): string[] {
  return rivals.flatMap(({ name }) => {
    const asked = results.filter(({ outcomes }) => outcomes.has(name));
    return asked.length ? [comparison(asked, ours.name, name, () => RIVALS_GOAL)] : [];
  });
}
