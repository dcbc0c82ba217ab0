import { join } from 'node:path';
import { DiskBlobStore } from '../../blobs/disk-blob-store.js';
import { openLog } from '../../log.js';
import { clusteredVectors } from '../testing/clustered.test.fixture.js';
import { GraphPolicy } from './graph-policy.js';
import { MemoryVectors } from './memory-vectors.js';

/** Saves an index over and over, with a vector more each time, and says the stamp of each that is saved. */
const [directory = ''] = process.argv.slice(2);
const vectors = await MemoryVectors.open({
  blobs: await DiskBlobStore.open(join(directory, 'blobs')),
  scratch: join(directory, 'scratch'),
  log: openLog('silent'),
  policy: new GraphPolicy({ graphFrom: 300, newcomers: 1000 }),
});
const { entries } = clusteredVectors({ count: 1000, dimension: 16, queries: 0, seed: 3 });
const index = await vectors.open('model', 16);
await index.upsert(entries.slice(0, 400));
await index.settled();
for (let count = 400; count < entries.length; count++) {
  await index.upsert(entries.slice(count, count + 1));
  await index.save(String(index.size));
  process.send?.(index.size);
}
