import '../../testing/words.test.fixture.js';
import { openServer } from '../../server.js';
import { testModules } from '../../testing/loop.test.fixture.js';

/** A server that makes a sample shop with a slow training, tells its state, and is killed meanwhile. */
const server = await openServer({
  dataDir: process.argv[2]!,
  listen: false,
  logLevel: 'silent',
  taskModules: testModules,
  sampleShop: { size: 16, config: { pace: 300, epochs: 8 }, similar: null },
});
setInterval(async () => {
  const answer = await server.app.inject('/api/v1/setup');
  process.send?.((JSON.parse(answer.body) as { sampleShop: { state: string } }).sampleShop.state);
}, 100);
