/** A process that opens the loop, starts a slow training and says when a fifth of it is done, to be killed by tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findRun } from '../runs/store.js';
import { type LoopOptions, openLoop } from './loop.test.fixture.js';

const [directory = '', config = '{}', options = '{}'] = process.argv.slice(2);
const { training, ended, database } = await openLoop(directory, JSON.parse(options) as LoopOptions);
const request = { task: 'classify', dataset: 'test', promote: true, seed: 7 };
const { id } = await training.start({ ...request, config: JSON.parse(config) as Record<string, unknown> }, null);
while ((await findRun(database.db, id)).fraction < 0.2) await sleep(20);
process.send?.({ run: id });
await ended(id);
