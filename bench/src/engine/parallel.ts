import { type Cell, publish, table } from '../report.js';
import { type Contestant, enter } from './contestant.js';
import { ours } from './engines.js';

const WORKLOADS = [
  { title: 'ResNet-18 + Adam step, 64 px × 32', whole: 'resnet18-64', half: 'resnet18-64-half' },
  { title: 'ResNet-18 + Adam step, 128 px × 16', whole: 'resnet18-128', half: 'resnet18-128-half' },
];
const STEPS = 3;

async function enterOurs(workload: string): Promise<Contestant> {
  const contestant = await enter(ours, workload);
  if ('cannot' in contestant) throw new Error(`${workload}: ${contestant.cannot}`);
  await contestant.run(STEPS);
  return contestant;
}

/** Milliseconds of some steps of the workers together: each takes its share of the batch, the slowest ends the step. */
async function stepTogether(workers: readonly Contestant[]): Promise<number> {
  const start = performance.now();
  await Promise.all(workers.map((worker) => worker.run(STEPS)));
  return (performance.now() - start) / STEPS;
}

/**
 * Whether two processes of one thread, each with half of the batch, would be faster than one process of two threads. What
 * they would need besides, adding up each other's gradients, is left out, so that this is the best they could do.
 */
export async function parallel(rounds: number): Promise<void> {
  const rows: Cell[][] = [];
  for (const { title, whole, half } of WORKLOADS) {
    const one = [await enterOurs(whole)];
    const two = [await enterOurs(half), await enterOurs(half)];
    const times: { one: number[]; two: number[] } = { one: [], two: [] };
    for (let round = 0; round < rounds; round++) {
      times.one.push(await stepTogether(one));
      times.two.push(await stepTogether(two));
    }
    for (const worker of [...one, ...two]) await worker.leave();
    const [a, b] = [times.one, times.two].map((all) => all.sort((x, y) => x - y));
    const shown = (all: number[] = []) => `${all[0]?.toFixed(0)} / ${all[all.length >> 1]?.toFixed(0)}`;
    const ratio = (at: number) => ((b?.[at] ?? Number.NaN) / (a?.[at] ?? Number.NaN)).toFixed(2);
    rows.push([title, shown(a), shown(b), `${ratio(0)} / ${ratio(rounds >> 1)}`]);
  }
  await publish('parallel', 'One training process, or two side by side', [
    'Milliseconds of a step, least / median. Two processes have one thread and half of the batch each; what they would ' +
      'need besides, the exchange of gradients, is left out.',
    table(['', 'one process, two threads', 'two processes, one thread each', 'ratio'], rows),
  ]);
}
