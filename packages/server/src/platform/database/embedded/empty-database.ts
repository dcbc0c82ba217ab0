import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrationsDirectory } from '../migrate.js';

/**
 * Where the build puts a database to copy that has all tables and no rows: a copy takes a first start a fraction of a
 * second where creating one takes 7 s of work, and the migrations another. Only of use to the very version of PGlite and
 * the very migrations that made it; where it is absent, the database is created the long way.
 */
export function emptyDatabase(): string {
  const require = createRequire(import.meta.url);
  const { version } = require(join(dirname(require.resolve('@electric-sql/pglite')), '../package.json')) as {
    version: string;
  };
  const migrations = createHash('sha256');
  for (const name of readdirSync(migrationsDirectory).sort())
    migrations.update(name).update(readFileSync(join(migrationsDirectory, name)));
  const name = `empty-database-${version}-${migrations.digest('hex').slice(0, 16)}`;
  return fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}
