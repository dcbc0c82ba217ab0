import { sql } from 'drizzle-orm';
import { openDatabase } from '../../platform/database/database.js';
import { openTailor } from './bench.test.fixture.js';

/** A process that begins a coat, or goes on with the one that another began; to be killed by tests. */
const [options = '', order = ''] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(options));
const { pipelines, jobs } = await openTailor(database);
// So that the test need not wait half a minute for the dead worker's heartbeat to grow old.
await database.db.execute(sql`UPDATE jobs SET heartbeat_at = now() - interval '1 hour'`);
await pipelines.open();
await jobs.open();
if (order) await pipelines.start('tailor', JSON.parse(order), null);
setInterval(async () => process.send?.(await pipelines.get('1')), 50);
