import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from '../load.js';
import { inFreshDirectory, vitrine } from '../product.js';
import { publish, table } from '../report.js';
import { startIndexing, timed } from './indexing.js';
import { writePhotos } from './photos.js';

const PRODUCTS = 10_000;
const RATE = 10;
const SECONDS = 60;
const WARM_UP_SECONDS = 10;
/** Of pictures as a training on many photos takes them by itself. */
const SIDE = 112;
const BOUNDARY = 'vitrine-bench';

/** A form with one photo. */
function formOf(photo: Buffer): Buffer {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="image"; filename="photo.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), photo, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** Search by photo over HTTP in a shop of 10,000 products, each photo decoded, embedded and compared. */
export async function search(): Promise<void> {
  await inFreshDirectory(async (dataDir) => {
    const folder = join(dataDir, 'photos');
    await mkdir(folder);
    const { file, smallFile, queries } = await writePhotos(folder, PRODUCTS, 100);
    const map = ['--map', 'label=category'];
    const imported = await timed(() => vitrine(dataDir, 'data', 'import', 'products', file, '--name', 'shop', ...map));
    const listed = await timed(() => vitrine(dataDir, 'data', 'publish', 'shop'));
    await vitrine(dataDir, 'data', 'import', 'products', smallFile, '--name', 'few', ...map);
    await vitrine(dataDir, 'train', 'similar', '--data', 'few', 'backbone=resnet18', `size=${SIDE}`, 'epochs=1');
    const server = await startIndexing(dataDir);
    try {
      const target = {
        url: `${server.url}/api/v1/search/image`,
        headers: { ...server.headers, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        bodies: queries.map(formOf),
        rate: RATE,
      };
      await load({ ...target, seconds: WARM_UP_SECONDS });
      const { requests, failures, quantile } = await load({ ...target, seconds: SECONDS });
      const shown = (q: number) => `${quantile(q).toFixed(1)} ms`;
      const { status } = server;
      const size = queries.reduce((sum, { length }) => sum + length, 0) / queries.length / 1000;
      await publish('search', 'Search by photo', [
        `A shop of ${PRODUCTS} products with a photo each, and as model ${status.model?.description}. The photos searched with have 1200 × 1600 pixels (${size.toFixed(0)} KB). A search is: receive the photo, decode it, embed it, compare it with all, fold near-identical hits, read the products, answer 12.`,
        table(
          ['what', 'measured'],
          [
            [`searches at ${RATE} requests/s, evenly spaced, for ${SECONDS} s`, requests],
            ['p50', shown(0.5)],
            ['p99', shown(0.99)],
            ['slowest', shown(1)],
            ['answers other than 200', failures],
            ['index', `${status.backend}, ${status.dimension} numbers a photo, ${(status.bytes / 1e6).toFixed(1)} MB`],
            [
              'resident memory of the server, under load',
              `${residentMegabytes(server.process.pid ?? 0).toFixed(0)} MB`,
            ],
          ],
        ),
        table(
          ['making it', 'seconds'],
          [
            ['import the file as a data set', imported.seconds.toFixed(0)],
            ['list its rows as products', listed.seconds.toFixed(0)],
            [
              `embed and index ${status.embedded} photos (${(status.embedded / server.seconds).toFixed(0)} a second), and measure thresholds`,
              server.seconds.toFixed(0),
            ],
          ],
        ),
      ]);
    } finally {
      await server.stop();
    }
  });
}

/** Resident memory of a process in MB (Linux). */
function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1000;
}
