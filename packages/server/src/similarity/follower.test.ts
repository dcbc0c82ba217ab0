import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { uncalibrated } from './calibration.js';
import type { Photos } from './embed-photos.js';
import { Follower } from './follower.js';
import { LiveIndex } from './live-index.js';
import { type Breakable, breakable } from './testing/breakable.test.fixture.js';
import { openCatalogue, type TestCatalogue } from './testing/catalogue.test.fixture.js';
import { jobOf } from './testing/jobs.test.fixture.js';

/** With what one look takes, so often is within a second. */
const LOOK_MS = 400;

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
});
afterEach(async () => {
  vi.useRealTimers();
  await follower.close();
});

it('looks again and again, so often that a product that changed is found within a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const look = vi.spyOn(follower, 'look');
  await follower.watch();
  for (const id of ['first', 'second', 'third']) {
    await catalogue.list([{ id, title: 'New', images: [id] }]);
    vi.advanceTimersByTime(LOOK_MS);
    await look.mock.results.at(-1)?.value;
    expect(await catalogue.seen()).toContain(id);
  }
});

it('embeds a photo that the store did not give when it was asked first', async () => {
  await follower.watch();
  photos.breakAt('read');
  await catalogue.list([{ id: 'late', title: 'Late', images: ['late'] }]);
  await expect.poll(() => catalogue.seen()).toContain('late');
  expect(errors.map(String)).toEqual(['Error: Connection terminated unexpectedly']);
});

it('embeds the photo of a product that changed behind a thousand others', async () => {
  await follower.watch();
  await catalogue.list([
    ...Array.from({ length: 1000 }, (_, at) => ({ id: `bare ${at}`, title: 'Bare' })),
    { id: 'last', title: 'Last', images: ['last'] },
  ]);
  await expect.poll(() => catalogue.seen()).toContain('last');
});

it('leaves many photos to a job', async () => {
  await follower.watch();
  const before = started.length;
  const images = Array.from({ length: 12 }, (_, at) => `many ${at}`);
  await catalogue.list([
    { id: 'many', title: 'Many', images },
    { id: 'more', title: 'More', images: images.map((image) => `another of ${image}`) },
  ]);
  await expect.poll(() => started.length).toBeGreaterThan(before);
  expect(await catalogue.seen()).not.toContain('many 0');
});
