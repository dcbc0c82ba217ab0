/** A process that opens the loop, starts a slow training and says how it goes, to be killed by tests. */
import { openLoop } from './loop.test.fixture.js';

const [directory = '', config] = process.argv.slice(2);
const { training, ended } = await openLoop(directory);
const request = { task: 'classify', dataset: 'test', promote: true, seed: 7 };
const run = config
  ? await training.start({ ...request, config: JSON.parse(config) as Record<string, unknown> }, null)
  : undefined;
process.send?.({ run: run?.id });
if (run) await ended(run.id);
