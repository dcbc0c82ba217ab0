import { readFileSync } from 'node:fs';
import { generateProducts } from '@vitrine/sample-shop';
import { load } from './load.js';
import { inFreshDirectory, startProduct, vitrine } from './product.js';
import { publish, table } from './report.js';

const RATE = 200;
const SECONDS = 30;
const WARM_UP_SECONDS = 5;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface FirstStart {
  /** Seconds from the process's start until its first page answers. */
  page: number;
  /** Until the sample shop's classifier is in production. */
  classifier: number;
  /** Until what looks alike is learnt, too. */
  similar: number;
  /** Of the answers to what the pages ask meanwhile, the slowest, in milliseconds. */
  slowest: number;
}

async function firstStart(url: string, began: number): Promise<FirstStart> {
  const since = () => (performance.now() - began) / 1000;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await pause(50);
  const page = since();
  let slowest = 0;
  for (let classifier: number | undefined; ; await pause(250)) {
    const asked = performance.now();
    const { sampleShop } = (await (await fetch(`${url}/api/v1/setup`)).json()) as {
      sampleShop: { state: string; message: string };
    };
    slowest = Math.max(slowest, performance.now() - asked);
    if (sampleShop.state === 'failed') throw new Error(sampleShop.message);
    if (sampleShop.state === 'similar') classifier ??= since();
    if (sampleShop.state === 'ready') return { page, classifier: classifier ?? since(), similar: since(), slowest };
  }
}

/** Waits until no photo is being embedded any more: what runs beside a measurement is measured too. */
async function untilIndexed(dataDir: string): Promise<void> {
  for (let state = 'building'; state === 'building'; await pause(1000))
    ({ state } = await vitrine<{ state: string }>(dataDir, 'index', 'status'));
}

/** Resident memory of a process in MB (Linux). */
function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1000;
}

/** First start to first page and first model, then text predictions over HTTP at a fixed rate. */
export async function serving(): Promise<void> {
  await inFreshDirectory(async (dataDir) => {
    const began = performance.now();
    const product = await startProduct(dataDir);
    try {
      const ready = await firstStart(product.url, began);
      await untilIndexed(dataDir);
      const user = 'bench@example.com';
      await vitrine(dataDir, 'users', 'create', user);
      const { secret } = await vitrine<{ secret: string }>(dataDir, 'keys', 'create', 'bench', '--user', user);
      const bodies = generateProducts(7, 720).map(({ title, description }) =>
        JSON.stringify({ title, ...(description ? { description } : {}) }),
      );
      const target = {
        url: `${product.url}/api/v1/predict/classify`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        bodies,
        rate: RATE,
      };
      await load({ ...target, seconds: WARM_UP_SECONDS });
      const { requests, failures, quantile } = await load({ ...target, seconds: SECONDS });
      const shown = (q: number) => `${quantile(q).toFixed(1)} ms`;
      const memory = residentMegabytes(product.process.pid ?? 0);
      await publish('serving', 'First start and prediction over HTTP', [
        table(
          ['what', 'measured'],
          [
            ['process start to first page', `${ready.page.toFixed(1)} s`],
            ['process start to the sample shop’s classifier trained and promoted', `${ready.classifier.toFixed(0)} s`],
            ['process start to what looks alike learnt, too', `${ready.similar.toFixed(0)} s`],
            ['slowest answer to the pages meanwhile', `${ready.slowest.toFixed(0)} ms`],
            [`text predictions at ${RATE} requests/s, evenly spaced, for ${SECONDS} s`, requests],
            ['p50', shown(0.5)],
            ['p99', shown(0.99)],
            ['slowest', shown(1)],
            ['answers other than 200', failures],
            ['resident memory of the server with its models, under load', `${memory.toFixed(0)} MB`],
          ],
        ),
      ]);
    } finally {
      await product.stop();
    }
  });
}
