import { readFile } from 'node:fs/promises';
import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import { type CommonOptions, over, overLong, withCommon } from '../command.js';
import type { Connection } from '../connection.js';
import { followJob } from '../follow.js';
import { counted, print, printTable } from '../output.js';

interface CollectOptions extends CommonOptions {
  start?: string[];
  preview?: string;
  schedule?: string;
  timezone: string;
  acceptGone?: boolean;
}

/** The config file's text, or a ready config's by its name; with other start pages where those are given. */
async function configOf({ client }: Connection, site: string, start: string[] | undefined): Promise<string> {
  const ready = unwrap(await client.GET('/api/v1/collect/ready'));
  const known = ready.find(({ name }) => name === site);
  const text = await readFile(site, 'utf8').catch(() => known?.config);
  if (text === undefined) {
    const names = ready.map(({ name }) => name).join(', ');
    throw new VitrineError('cli.path', `There is no file ${site}, and no ready config of that name (${names}).`);
  }
  if (!start) return text;
  const document = parseDocument(text);
  document.set('start', start);
  return document.toString();
}

async function collect(path: string, options: CollectOptions): Promise<void> {
  if (options.preview) return preview(path, options.preview, options);
  if (options.schedule) return schedule(path, options.schedule, options);
  const site = await overLong(options, async (connection) => {
    const { client } = connection;
    const config = await configOf(connection, path, options.start);
    const { name } = unwrap(await client.POST('/api/v1/collect/sites', { body: { config } }));
    const params = { params: { path: { name } } };
    const acceptGone = options.acceptGone === true;
    const job = unwrap(await client.POST('/api/v1/collect/sites/{name}/start', { ...params, body: { acceptGone } }));
    await followJob(connection, job, options.json === true);
    return unwrap(await client.GET('/api/v1/collect/sites/{name}', params));
  });
  print(options.json, site.report, () => describe(site));
}

function describe({ name, report }: Schemas['CollectSite']): void {
  console.log(`${name}: ${counted(report.products, 'product')} on ${counted(report.pages, 'page')}`);
  console.log(`  new ${report.new}, changed ${report.changed}, gone ${report.gone}, shown twice ${report.duplicates}`);
  if (report.withheld) console.log(`  ${report.withheld} Collect with --accept-gone if they are gone.`);
  if (report.photosOwed)
    console.log(
      `  ${counted(report.photosOwed, 'product')} with photos that could not be had; the next crawl asks again.`,
    );
  if (report.failed) console.log(`  ${counted(report.failed, 'page')} failed:`);
  for (const { url, problem } of report.problems) console.log(`    ${url}  ${problem}`);
}

async function schedule(path: string, cron: string, options: CollectOptions): Promise<void> {
  const { timezone } = options;
  const set = await over(options, async (connection) => {
    const { client } = connection;
    const config = await configOf(connection, path, options.start);
    const { name } = unwrap(await client.POST('/api/v1/collect/sites', { body: { config } }));
    const body = { kind: 'collect', target: { site: name }, cron, timezone };
    return unwrap(await client.POST('/api/v1/schedules', { body }));
  });
  print(options.json, set, () => console.log(`The server collects it next at ${set.nextAt}.`));
}

async function preview(path: string, url: string, options: CollectOptions): Promise<void> {
  const found = await over(options, async (connection) => {
    const config = await configOf(connection, path, options.start);
    return unwrap(await connection.client.POST('/api/v1/collect/preview', { body: { config, url } }));
  });
  print(options.json, found, () => {
    console.log(`${counted(found.products.length, 'product')}, ${counted(found.links.length, 'link')} to go on with`);
    for (const { product, origins } of found.products) {
      console.log('');
      printTable(
        ['field', 'value', 'from'],
        Object.entries(product).map(([field, value]) => [
          field,
          shown(value),
          origins[field] ? JSON.stringify(origins[field]) : null,
        ]),
      );
    }
    for (const link of found.links.slice(0, 20)) console.log(link);
  });
}

function shown(value: string | number | string[] | null): string | null {
  if (value === null || value.toString() === '') return null;
  const text = Array.isArray(value) ? value.join(' › ') : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `vitrine collect <site.yaml>`. */
export function collectCommand(program: Command): void {
  withCommon(program.command('collect').description('collect a shop’s site into the catalogue'))
    .argument('<site>', 'config file, or a ready config: hm, otto, zalando, amazon')
    .option('--start <url...>', 'begin at these pages instead of the config’s')
    .option('--preview <url>', 'show what the config reads from one page, and keep nothing')
    .option('--accept-gone', 'products that are not found are gone, even where that is most of them')
    .option('--schedule <cron>', 'have the server collect it at these times, as in "0 3 * * *"')
    .option('--timezone <zone>', 'of --schedule', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .action(collect);
}
