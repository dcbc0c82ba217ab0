import { openServer } from './server.js';

const { url, localToken } = await openServer({
  dataDir: process.argv[2] as string,
  port: 0,
  sampleShop: false,
  serveModels: false,
  logLevel: 'silent',
});
process.send?.({ url, token: localToken });
