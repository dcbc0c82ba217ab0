import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publish, table } from '../report.js';
import { type BenchSite, configOf, openSite } from './site.js';

const PAGES = 10_000;
const KILLS = 5;

interface Outcome {
  seconds: number;
  /** Resident MB of the process before the crawl and at most during it. */
  idle: number;
  peak: number;
  report: { pages: number; failed: number; products: number; duplicates: number };
  /** Products in the catalogue. */
  listed: number;
}
interface Message {
  fraction?: number;
  done?: Outcome;
}

/** Collects until the end, or until it is so far and is killed. */
function collectUntil(dataDir: string, site: BenchSite, fraction: number): Promise<Outcome | undefined> {
  const module = new URL('./collector.main.js', import.meta.url);
  const child = fork(module, [dataDir, configOf(site)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    let outcome: Outcome | undefined;
    child.on('message', ({ fraction: now = 0, done }: Message) => {
      outcome = done;
      if (!done && now >= fraction) child.kill('SIGKILL');
    });
    child.once('exit', (_, signal) => {
      if (outcome || signal === 'SIGKILL') resolve(outcome);
      else reject(new Error('The collecting process ended.'));
    });
  });
}

async function inDirectory<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-collect-'));
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function whole(site: BenchSite): Promise<Outcome> {
  const outcome = await inDirectory((dataDir) => collectUntil(dataDir, site, Number.POSITIVE_INFINITY));
  if (!outcome) throw new Error('It did not end.');
  return outcome;
}

/** The same crawl, its process killed again and again. */
async function killed(site: BenchSite): Promise<Outcome> {
  return inDirectory(async (dataDir) => {
    for (let kill = 1; kill <= KILLS; kill++) await collectUntil(dataDir, site, kill / (KILLS + 1));
    const outcome = await collectUntil(dataDir, site, Number.POSITIVE_INFINITY);
    if (!outcome) throw new Error('It did not end.');
    return outcome;
  });
}

/** A site of 10,000 pages on this machine: pages a second, memory, and what five kills cost. */
export async function collect({ pages = PAGES }: { pages?: number | undefined } = {}): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const photos of [false, true]) {
    const site = await openSite(pages, photos);
    const { seconds, idle, peak, report, listed } = await whole(site);
    await site.asked();
    rows.push([
      photos ? 'with a photo each' : 'without photos',
      report.pages,
      `${(report.pages / seconds).toFixed(0)}`,
      `${idle.toFixed(0)} MB`,
      `${(peak - idle).toFixed(0)} MB`,
      `${listed} of ${site.products}`,
    ]);
    site.close();
  }
  const site = await openSite(pages, false);
  const { report, listed } = await killed(site);
  const asked = await site.asked();
  site.close();
  await publish('collect', 'Collecting a site', [
    'A shop of listings and product pages of some 30 kB with JSON-LD, served by another process of the same machine, collected with no limit of pace into the embedded database, eight requests at a time.',
    table(['site', 'pages', 'pages a second', 'server before', 'its growth at most', 'products listed once'], rows),
    `Killed ${KILLS} times (SIGKILL) on the way, without photos: ${listed} of ${site.products} products listed, ${report.duplicates} twice, ${report.failed} pages failed; ${asked} pages were asked for instead of ${pages}.`,
  ]);
}
