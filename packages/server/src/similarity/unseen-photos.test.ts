import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Job } from '../platform/jobs/job.js';
import { uncalibrated } from './calibration.js';
import { keepCalibration } from './search-indexes.js';
import { openCatalogue, type TestCatalogue } from './testing/catalogue.test.fixture.js';
import { jobOf } from './testing/jobs.test.fixture.js';
import { UnseenPhotos } from './unseen-photos.js';

const MINUTE = 60_000;

let catalogue: TestCatalogue;
let unseen: UnseenPhotos;
let job: Job | undefined;
let started: number;

beforeAll(async () => {
  catalogue = await openCatalogue();
  await catalogue.list([{ id: 'a', title: 'A', images: ['photo'] }]);
});
afterAll(() => catalogue.remove());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [job, started] = [undefined, 0];
  const start = async () => {
    started += 1;
    job = jobOf('running', `job ${started}`);
    return job;
  };
  unseen = new UnseenPhotos({ db: catalogue.database.db, embedding: { start, newest: async () => job } });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Looks each minute. @returns jobs started meanwhile */
async function look(minutes: number): Promise<number> {
  const before = started;
  for (let minute = 0; minute < minutes; minute++) {
    vi.setSystemTime(Date.now() + MINUTE);
    await unseen.look(catalogue.model.id, undefined);
  }
  return started - before;
}
const end = (state: Job['state']) => {
  if (job) job = { ...job, state };
};

it('starts a job again that failed for good, ever less often, until nothing is missing', async () => {
  expect(await look(1)).toBe(1);
  expect(await look(90)).toBe(0);
  const pauses: number[] = [];
  for (let failure = 0; failure < 7; failure++) {
    end('failed');
    let minutes = 1;
    while (!(await look(1))) minutes += 1;
    pauses.push(minutes);
  }
  expect(pauses.slice(1)).toEqual([2, 4, 8, 16, 30, 30]);

  await catalogue.keep(['photo']);
  await keepCalibration(catalogue.database.db, catalogue.model.id, uncalibrated);
  end('failed');
  expect(await look(90)).toBe(0);
});

it('looks again after a job that passed over a photo', async () => {
  await unseen.start(catalogue.model.id);
  await catalogue.list([{ id: '0', title: 'Listed behind it', images: ['another'] }]);
  end('succeeded');
  expect(await look(2)).toBe(1);
});

it('leaves a job alone that a person cancelled', async () => {
  expect(await look(1)).toBe(1);
  end('cancelled');
  expect(await look(90)).toBe(0);
});
