import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { version } = require(join(dirname(require.resolve('@electric-sql/pglite')), '../package.json')) as {
  version: string;
};

/**
 * An empty database to copy, made by the build: a copy takes a first start a fraction of a second where creating one takes
 * 7 s of work. Only of use to the very version that made it; where it is absent, the database is created the long way.
 */
export const emptyDatabase: string = fileURLToPath(new URL(`../../../empty-database-${version}`, import.meta.url));
