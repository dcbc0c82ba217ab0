import { cpus, loadavg } from 'node:os';
import { enter } from './engine/contestant.js';
import { ours } from './engine/engines.js';

const OPERATIONS = 2 * 1024 ** 3;
const TIMES = 40;

/** GFLOP/s of two threads that multiply matrices of 1024 × 1024, typically: whatever else the machine does is taken off. */
async function pace(): Promise<number> {
  const contestant = await enter(ours, 'matmul');
  if ('cannot' in contestant) throw new Error(contestant.cannot);
  const times = (await contestant.run(TIMES)).sort((a, b) => a - b);
  await contestant.leave();
  return OPERATIONS / 1e6 / (times[TIMES / 2] ?? Number.NaN);
}

/** Before the benchmarks began. */
const before = { load: loadavg()[0] ?? 0, pace: await pace() };

/** What a benchmark ran on and beside what, in a sentence or two. */
export async function describeMachine(): Promise<string> {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`;
  const after = await pace();
  return (
    `${machine}. The load of the machine before was ${before.load.toFixed(1)}; two threads multiplied matrices at ` +
    `${before.pace.toFixed(0)} GFLOP/s before and ${after.toFixed(0)} after, which tells what else it was busy with.`
  );
}
