import { fileURLToPath } from 'node:url';
import { openServer } from '@vitrine/server';

/** A server for one test: `node shop-server.main.js <data directory> <sample shop: true or false>`. Says its address, then serves. */
const [dataDir = '', sampleShop = 'false'] = process.argv.slice(2);
const server = await openServer({
  dataDir,
  port: 0,
  webDir: fileURLToPath(new URL('../../packages/web/dist', import.meta.url)),
  sampleShop: sampleShop === 'true',
  requestsPerMinute: 0,
  // The tests' own sites and pictures.
  collectFrom: ['127.0.0.1'],
  logLevel: 'error',
});
process.send?.(server.url);
process.on('disconnect', () => void server.close().then(() => process.exit(0)));
