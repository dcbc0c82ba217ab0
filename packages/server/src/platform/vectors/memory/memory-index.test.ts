import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusteredVectors } from '../testing/clustered.test.fixture.js';
import { GraphPolicy } from './graph-policy.js';
import { MemoryIndex } from './memory-index.js';

test('a graph that is ready while the rows are being written waits, and leaves them in their order', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'vitrine-index-'));
  const { entries } = clusteredVectors({ count: 400, dimension: 16, queries: 0, seed: 5 });
  const ids: string[][] = [];
  let written = (): void => undefined;
  const index = new MemoryIndex(16, {
    ...{ scratch, policy: new GraphPolicy({ graphFrom: 300, newcomers: 1000 }), usearch: await import('usearch') },
    keep: async ({ rows }) => {
      ids.push([...rows.ids()]);
      await new Promise<void>((resolve) => {
        written = resolve;
      });
      ids.push([...rows.ids()]);
    },
    onError: (error) => {
      throw error;
    },
  });
  await index.upsert(entries);
  // One that the graph being built does not know, before others that it knows.
  await index.upsert([{ ...entries[0]!, vector: entries[1]!.vector }]);
  await index.remove([entries[5]!.id]);
  const saving = index.save('rows');
  let settled = false;
  const building = index.settled().then(() => {
    settled = true;
  });
  await expect.poll(() => ids.length).toBe(1);
  // The graph is built by a thread: as long as nothing comes of it, waiting shows nothing else.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect([settled, index.backend]).toEqual([false, 'exact']);
  written();
  await saving;
  expect(ids[1]).toEqual(ids[0]);
  await building;
  expect(index.backend).toBe('usearch');
  expect(await index.ids()).not.toEqual(ids[0]);
  await index.close();
  await rm(scratch, { recursive: true });
});
