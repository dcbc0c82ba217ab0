import { openDatabase } from '../database.js';

const database = await openDatabase({ dataDir: process.argv[2] as string });
await database.pool.query('CREATE TABLE IF NOT EXISTS written (n int PRIMARY KEY)');
for (let n = 1; ; n++) {
  await database.pool.query('INSERT INTO written VALUES ($1)', [n]);
  process.send?.(n);
}
