import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { uncalibrated } from './calibration.js';
import type { Photos } from './embed-photos.js';
import { Follower } from './follower.js';
import { LiveIndex } from './live-index.js';
import { type Breakable, breakable } from './testing/breakable.test.fixture.js';
import { openCatalogue, type TestCatalogue } from './testing/catalogue.test.fixture.js';
import { jobOf } from './testing/jobs.test.fixture.js';

let catalogue: TestCatalogue;
let photos: Breakable<Photos>;
let follower: Follower;
let errors: unknown[];
let started: string[];

beforeAll(async () => {
  catalogue = await openCatalogue();
});
afterAll(() => catalogue.remove());

beforeEach(async () => {
  const { database, vectors, model, encoder } = catalogue;
  const { db } = database;
  [errors, started] = [[], []];
  photos = breakable({ read: async (hash: string) => Buffer.from(hash) });
  follower = new Follower({
    ...{ db, photos: photos.it, onError: (error) => void errors.push(error) },
    embedding: {
      start: async (modelId) => {
        started.push(modelId);
        return jobOf('queued');
      },
      newest: async () => undefined,
    },
    openIndex: async ({ revision }) =>
      LiveIndex.open({
        ...{ db, model, encoder, calibration: uncalibrated, revision },
        vectors: await vectors.open(model.id, encoder.dimension),
      }),
  });
  await follower.watch();
});
afterEach(() => follower.close());

it('embeds a photo that the store did not give when it was asked first', async () => {
  photos.breakAt('read');
  await catalogue.list([{ id: 'late', title: 'Late', images: ['late'] }]);
  await expect.poll(() => catalogue.seen()).toContain('late');
  expect(errors.map(String)).toEqual(['Error: Connection terminated unexpectedly']);
});

it('embeds the photo of a product that changed behind a thousand others', async () => {
  await catalogue.list([
    ...Array.from({ length: 1000 }, (_, at) => ({ id: `bare ${at}`, title: 'Bare' })),
    { id: 'last', title: 'Last', images: ['last'] },
  ]);
  await expect.poll(() => catalogue.seen()).toContain('last');
});

it('leaves many photos to a job', async () => {
  const before = started.length;
  const images = Array.from({ length: 12 }, (_, at) => `many ${at}`);
  await catalogue.list([
    { id: 'many', title: 'Many', images },
    { id: 'more', title: 'More', images: images.map((image) => `another of ${image}`) },
  ]);
  await expect.poll(() => started.length).toBeGreaterThan(before);
  expect(await catalogue.seen()).not.toContain('many 0');
});
