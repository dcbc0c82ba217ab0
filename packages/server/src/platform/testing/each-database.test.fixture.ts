import { afterAll, describe, test } from 'vitest';
import { databaseKinds, type TestDatabase, testDatabase } from './databases.test.fixture.js';

/** Runs a suite on an empty database of either kind; where there is no PostgreSQL to test with, that is said. */
export function describeOnEachDatabase(name: string, suite: (database: TestDatabase) => void): void {
  describe.each(databaseKinds)(`${name}, %s`, async (kind) => {
    const database = await testDatabase(kind);
    if (!database) return test.skip('no PostgreSQL to test with', () => undefined);
    afterAll(() => database.remove());
    suite(database);
  });
}
