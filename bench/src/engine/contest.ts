import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, type Engine, enter } from './contestant.js';

export interface Measured {
  /** Milliseconds of one run. */
  readonly min: number;
  readonly median: number;
  readonly peakMegabytes: number | undefined;
}

/** What an engine did with a workload: numbers, or the reason why there are none. */
export type Outcome = Measured | { readonly cannot: string };

/** Runs before any counts; one is enough for an engine that takes long. */
const WARM_UP = 3;
const LONG_MS = 2000;
/** An engine runs for about so long before it is another's turn. */
const TURN_MS = 200;
const MAX_RUNS_PER_TURN = 50;
/** A slow engine need not take all its turns. */
const ENOUGH_MS = 15_000;
/** Lets the threads of the one before go to sleep. */
const PAUSE_MS = 30;

/** Runs a workload on every engine, taking turns so that all see the same moods of the machine. */
export async function contest(
  workload: string,
  engines: readonly Engine[],
  rounds: number,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const entered: { name: string; contestant: Contestant; runs: number; times: number[] }[] = [];
  for (const engine of engines) {
    const contestant = await enter(engine, workload);
    if ('cannot' in contestant) {
      outcomes.set(engine.name, contestant);
    } else {
      const warmUp = await contestant.run(1);
      if (warmUp[0]! < LONG_MS) warmUp.push(...(await contestant.run(WARM_UP - 1)));
      const runs = Math.ceil(Math.min(MAX_RUNS_PER_TURN, TURN_MS / Math.min(...warmUp)));
      entered.push({ name: engine.name, contestant, runs, times: [] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contestant, runs, times } of entered) {
      if (times.reduce((total, time) => total + time, 0) > ENOUGH_MS) continue;
      times.push(...(await contestant.run(runs)));
      await sleep(PAUSE_MS);
    }
  }
  for (const { name, contestant, times } of entered) {
    times.sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
    outcomes.set(name, { min: times[0] ?? Number.NaN, median, peakMegabytes: contestant.peakMegabytes() });
    await contestant.leave();
  }
  return outcomes;
}
