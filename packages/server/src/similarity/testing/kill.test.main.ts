/** A server whose catalogue is being embedded by a new model, which tells how far it is, to be killed by tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop } from './shop.test.fixture.js';

const [dataDir = '', encoder = ''] = process.argv.slice(2);
const { promote, status } = await openShop({ dataDir });
await promote(encoder);
for (;;) {
  const { next } = await status();
  if (next && next.done > 0 && next.done < next.total) process.send?.('halfway');
  await sleep(20);
}
