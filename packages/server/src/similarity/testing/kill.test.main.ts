/** A server whose catalogue is being embedded by a new model, which tells how far it is, to be killed by tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop } from './shop.test.fixture.js';

/** So many photos the store gives: more than are embedded at a time, fewer than there are, however fast the machine is. */
const GIVEN = 280;

const [dataDir = '', encoder = ''] = process.argv.slice(2);
const { promote, status, server } = await openShop({ dataDir });
const { blobs } = server.context;
const read = blobs.read.bind(blobs);
let asked = 0;
blobs.read = (hash) => (asked++ < GIVEN ? read(hash) : new Promise(() => undefined));
await promote(encoder);
for (;;) {
  const { next } = await status();
  if (next && next.done > 0 && next.done < next.total) process.send?.('halfway');
  await sleep(20);
}
