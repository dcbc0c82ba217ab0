import { openServer } from '../../server.js';

/** A server that imports what the arguments say, and is killed meanwhile. */
const [dataDir, path] = process.argv.slice(2);
const server = await openServer({ dataDir: dataDir!, port: 0, listen: false, logLevel: 'silent', sampleShop: false });
await server.app.inject({
  method: 'POST',
  url: '/api/v1/datasets/import',
  headers: { authorization: `Bearer ${server.localToken}` },
  payload: { name: 'shop', format: 'products', path },
});
// It goes on until it is killed.
setInterval(() => undefined, 60_000);
