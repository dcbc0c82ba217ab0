import { openServer } from '../../server.js';
import { sender } from '../../testing/http.test.fixture.js';

/** A server on a data directory that collects a site, tells how far it is, and is killed meanwhile. */
const [dataDir = '', config = ''] = process.argv.slice(2);
const server = await openServer({
  ...{ dataDir, listen: false, logLevel: 'silent', sampleShop: false, serveModels: false },
  collectFrom: ['127.0.0.1'],
});
const send = sender(server);
await send('POST', '/collect/sites', { config });
await send('POST', '/collect/sites/test-shop/start');
setInterval(async () => {
  const { body } = await send('GET', '/collect/sites/test-shop');
  process.send?.((body.report as { products: number }).products);
}, 100);
