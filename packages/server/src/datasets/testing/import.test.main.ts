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
setInterval(async () => {
  const answer = await server.app.inject({
    method: 'GET',
    url: '/api/v1/datasets/shop',
    headers: { authorization: `Bearer ${server.localToken}` },
  });
  process.send?.((JSON.parse(answer.body) as { importing: { message: string } | null }).importing?.message ?? 'done');
}, 100);
