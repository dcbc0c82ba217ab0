// Run by the build, once for each version of PGlite and of the migrations.
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openDatabase } from './database.js';
import { emptyDatabase } from './embedded/empty-database.js';
import { migrate } from './migrate.js';

const wanted = emptyDatabase();
const folder = dirname(wanted);
if (!existsSync(wanted)) {
  const dataDir = join(folder, `making-database-${process.pid}`);
  const database = await openDatabase({ dataDir });
  await migrate(database.pool);
  // Databases to make others from, which nobody does here: two thirds of PostgreSQL's own files.
  await database.pool.query('UPDATE pg_database SET datistemplate = false');
  for (const template of ['template1', 'template0']) await database.pool.query(`DROP DATABASE ${template}`);
  await database.close();
  // Another build may have been faster; then its database serves.
  await rename(join(dataDir, 'database', 'pgdata'), wanted).catch(() => undefined);
  await rm(dataDir, { recursive: true });
}
for (const name of await readdir(folder))
  if (name.startsWith('empty-database-') && name !== basename(wanted))
    await rm(join(folder, name), { recursive: true, force: true });
// What PGlite keeps open must not keep a build waiting.
process.exit();
