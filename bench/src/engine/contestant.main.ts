import { createInterface } from 'node:readline';
import { workloads } from './workloads.js';

/** Our engine as a contestant: `node contestant.main.js <workload>`; the protocol is that of `enter`. */
const prepare = workloads[process.argv[2] ?? ''];
if (prepare) {
  const run = await prepare();
  console.log('ready');
  for await (const line of createInterface(process.stdin)) {
    const times: number[] = [];
    for (let i = 0; i < Number(line); i++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    console.log(JSON.stringify(times));
  }
  process.exit();
} else {
  console.log('cannot: unknown workload');
}
