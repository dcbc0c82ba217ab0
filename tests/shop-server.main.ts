import { fileURLToPath } from 'node:url';
import { openServer } from '@vitrine/server';
import type { ShopServerOrder } from './shop-server.js';

/** A server for one test: `node shop-server.main.js <order as JSON>`. Says its address and its local token, then serves. */
const order = JSON.parse(process.argv[2] ?? '') as ShopServerOrder;
const { url, localToken, close } = await openServer({
  ...order,
  webDir: fileURLToPath(new URL('../../packages/web/dist', import.meta.url)),
  requestsPerMinute: 0,
  // The tests' own sites and pictures.
  collectFrom: ['127.0.0.1'],
  logLevel: 'error',
});
process.send?.({ url, localToken });
process.on('disconnect', () => void close().then(() => process.exit(0)));
