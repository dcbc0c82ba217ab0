// A JavaScript engine as a contestant of the engine benchmark: `node contestant.js tfjs|jax <workload>`. These engines are
// made for browsers and have threads there, so they run in one. Needs `npm ci` here and the built tests/ folder.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { launchBrowser } from '../../tests/dist/browser.js';

const [engine, workload] = process.argv.slice(2);
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** This folder over HTTP, with the headers that allow threads. */
const server = createServer(async ({ url }, answer) => {
  const body = await readFile(new URL(`.${url}`, import.meta.url)).catch(() => undefined);
  answer.writeHead(body ? 200 : 404, {
    'content-type': types[extname(url)] ?? 'application/octet-stream',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  answer.end(body);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const browser = await launchBrowser();
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);

/** Prepares the workload and runs it once; says why where that fails. */
const obstacle = await page.evaluate(
  async ([engine, workload]) => {
    try {
      const { workloads } = await import(`/${engine}.js`);
      const prepare = (await workloads())[workload];
      if (!prepare) return 'not written for this engine';
      globalThis.work = await prepare();
      await globalThis.work();
    } catch (error) {
      return String(error.message ?? error)
        .split('\n')[0]
        .slice(0, 120);
    }
  },
  [engine, workload],
);

console.log(obstacle ? `cannot: ${obstacle}` : 'ready');
for await (const line of obstacle ? [] : createInterface(process.stdin)) {
  const times = await page.evaluate(async (count) => {
    const times = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      await globalThis.work();
      times.push(performance.now() - start);
    }
    return times;
  }, Number(line));
  console.log(JSON.stringify(times));
}
await browser.close();
process.exit();
