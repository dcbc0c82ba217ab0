import { type Schemas, unwrap } from '@vitrine/client';
import type { Command } from 'commander';
import { type CommonOptions, over, overLong, withCommon } from '../command.js';
import type { Connection } from '../connection.js';
import { followJob } from '../follow.js';
import { bytes, duration, metric, print, printTable } from '../output.js';

type Status = Schemas['IndexStatus'];

const readStatus = async ({ client }: Connection): Promise<Status> => unwrap(await client.GET('/api/v1/index'));

function describe(status: Status): void {
  const { state, model, next, photos, embedded, waiting, failed, products } = status;
  if (state === 'none') {
    console.log('No similar model is in production. Train one: vitrine train similar --data N --promote');
    return;
  }
  console.log(`${state}${model ? ` · similar@${model.version} answers · ${model.description}` : ''}`);
  if (next) {
    const left = next.secondsLeft === null ? '' : `, ${duration(next.secondsLeft)} left`;
    console.log(`similar@${next.version} is being embedded: ${next.done} of ${next.total} photos${left}`);
  }
  const size = status.bytes ? ` · ${status.backend}, ${bytes(status.bytes)}` : '';
  console.log(
    `${products} products · ${photos} photos: ${embedded} embedded, ${waiting} waiting, ${failed} failed${size}`,
  );
  for (const { productId, image, message } of status.problems)
    console.log(`  ${productId}  ${image.slice(0, 12)}…  ${message}`);
  if (status.error) console.log(`${status.error.message} (${status.error.code})`);
  printTable(
    ['category', 'threshold', 'precision', 'pairs'],
    status.thresholds.map(({ category, threshold, precision, pairs }) => [
      ...[category ?? '(others)', threshold.toFixed(3), metric(precision), pairs],
    ]),
  );
}

/** `vitrine index status | rebuild | retry`. */
export function indexCommands(program: Command): void {
  const index = program.command('index').description('the index of the catalogue’s photos, for search by photo');
  withCommon(index.command('status').description('what answers, how far it is, thresholds, photos that failed')).action(
    async (options: CommonOptions) => {
      const status = await over(options, readStatus);
      print(options.json, status, () => describe(status));
    },
  );
  const working = (name: string, path: '/api/v1/index/rebuild' | '/api/v1/index/failed/retry', what: string) =>
    withCommon(index.command(name).description(what)).action(async (options: CommonOptions) => {
      const status = await overLong(options, async (connection) => {
        await followJob(connection, unwrap(await connection.client.POST(path)), options.json === true);
        return readStatus(connection);
      });
      print(options.json, status, () => describe(status));
    });
  working('rebuild', '/api/v1/index/rebuild', 'embed what is missing, build the index anew, measure its thresholds');
  working('retry', '/api/v1/index/failed/retry', 'try the photos again that could not be embedded');
}
