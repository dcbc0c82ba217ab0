import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { openDatabase } from '../database/database.js';
import { migrate } from '../database/migrate.js';
import { Jobs } from './queue.js';

const [options, mode] = process.argv.slice(2) as [string, 'start' | 'resume'];
const database = await openDatabase(JSON.parse(options));
await migrate(database.pool);
// So that the test need not wait half a minute for the dead worker's heartbeat to grow old.
if (mode === 'resume') await database.db.execute(sql`UPDATE jobs SET heartbeat_at = now() - interval '1 hour'`);
const jobs = new Jobs(database, console.error, 50);
const kind = jobs.define({
  kind: 'two-steps',
  input: z.object({}),
  handler: async ({ step }) => {
    const first = await step('first', async () => {
      process.send?.('in first');
      return 'first';
    });
    const second = await step('second', async () => {
      process.send?.('in second');
      if (mode === 'start') await new Promise(() => undefined);
      return 'second';
    });
    process.send?.(`done: ${first}+${second}`);
  },
});
if (mode === 'start') await kind.start({});
await jobs.open();
