import { afterAll, describe } from 'vitest';
import { databaseKinds, type TestDatabase, testDatabase } from './databases.test.fixture.js';

/** Runs a suite on an empty database of either kind. */
export function describeOnEachDatabase(name: string, suite: (database: TestDatabase) => void): void {
  describe.each(databaseKinds)(`${name}, %s`, async (kind) => {
    const database = await testDatabase(kind);
    afterAll(() => database.remove());
    suite(database);
  });
}
