import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, over, overLong, withCommon } from '../command.js';
import { followJob } from '../follow.js';
import { existing, mapping, maxSeed, whole } from '../input.js';
import { bytes, counted, print, printTable } from '../output.js';

interface ImportOptions extends CommonOptions {
  name: string;
  map?: string[];
  images?: string;
  labels?: string;
  names?: string;
  seed?: string;
  split?: string;
  delimiter?: string;
  encoding?: string;
}

const FORMATS = ['products', 'rakuten', 'fashion-mnist'] as const;

function splitOf(text: string): [number, number, number] {
  const parts = text.split(',').map(Number);
  if (parts.length !== 3 || parts.some((part) => !(part >= 0)))
    throw new VitrineError('cli.split', 'Write --split as three shares, as in --split 0.8,0.1,0.1.');
  return parts as [number, number, number];
}

async function importData(format: string, path: string, options: ImportOptions): Promise<void> {
  const known = FORMATS.find((name) => name === format);
  if (!known)
    throw new VitrineError('cli.format', `There is no format "${format}". Choose one of: ${FORMATS.join(', ')}.`);
  const { map, images, labels, names, seed, split, delimiter, encoding } = options;
  const dataset = await overLong(options, async (connection) => {
    const { client } = connection;
    const job = unwrap(
      await client.POST('/api/v1/datasets/import', {
        body: {
          name: options.name,
          format: known,
          path: existing(path),
          options: {
            ...(map ? { map: mapping(map) } : {}),
            ...(images ? { images: existing(images) } : {}),
            ...(labels ? { labels: existing(labels) } : {}),
            ...(names ? { names: existing(names) } : {}),
            ...(seed ? { seed: whole('--seed', seed, 0, maxSeed) } : {}),
            ...(split ? { split: splitOf(split) } : {}),
            ...(delimiter ? { delimiter } : {}),
            ...(encoding ? { encoding } : {}),
          },
        },
      }),
    );
    await followJob(connection, job, options.json === true);
    return unwrap(await client.GET('/api/v1/datasets/{name}', { params: { path: { name: options.name } } }));
  });
  print(options.json, dataset, () => describe(dataset));
}

function describe(set: Schemas['Dataset']): void {
  const { splits, fields } = set;
  console.log(`${set.name} · ${set.format} · snapshot ${set.snapshot?.slice(0, 12) ?? 'none'} · ${bytes(set.bytes)}`);
  console.log(
    `  rows      ${set.rows} (train ${splits.train}, validation ${splits.validation}, test ${splits.test}); ${set.rejected} rejected`,
  );
  console.log(
    `  fields    title ${fields.title}, description ${fields.description}, image ${fields.image}, label ${fields.label}`,
  );
  console.log(`  classes   ${set.classes.length}`);
  for (const { code, name, rows } of set.classes.slice(0, 12))
    console.log(`    ${String(rows).padStart(7)}  ${name === code ? code : `${code}  ${name}`}`);
  if (set.classes.length > 12) console.log(`    … and ${set.classes.length - 12} more (--json lists all)`);
  if (set.rejected) console.log(`  why rows were rejected: vitrine data show ${set.name} --rejected`);
  console.log(`  what was left out or looks wrong, pictures too: vitrine data check ${set.name}`);
}

async function show(name: string, options: CommonOptions & { rejected?: boolean }): Promise<void> {
  await over(options, async ({ client }) => {
    const path = { name };
    if (options.rejected) {
      const page = unwrap(
        await client.GET('/api/v1/datasets/{name}/rejected', { params: { path, query: { limit: 200 } } }),
      );
      print(options.json, page, () => {
        printTable(
          ['row', 'id', 'code', 'reason'],
          page.items.map((row) => [row.row, row.id, row.code, row.reason]),
        );
        if (page.total > page.items.length) console.log(`… ${page.total - page.items.length} more`);
      });
      return;
    }
    const set = unwrap(await client.GET('/api/v1/datasets/{name}', { params: { path } }));
    print(options.json, set, () => describe(set));
  });
}

async function list(options: CommonOptions): Promise<void> {
  const sets = await over(options, async ({ client }) => unwrap(await client.GET('/api/v1/datasets')));
  print(options.json, sets, () => {
    if (!sets.length) return console.log('No data sets yet. Import one: vitrine data import <format> <path> --name N');
    printTable(
      ['name', 'format', 'rows', 'rejected', 'classes', 'images', 'snapshot'],
      sets.map((set) => [
        set.name,
        set.format,
        set.rows,
        set.rejected,
        set.classes.length,
        set.fields.image,
        set.snapshot?.slice(0, 12),
      ]),
    );
  });
}

async function check(name: string, options: CommonOptions): Promise<void> {
  const report = await overLong(options, async ({ client }) =>
    unwrap(await client.POST('/api/v1/datasets/{name}/check', { params: { path: { name } } })),
  );
  print(options.json, report, () => {
    console.log(`${report.rows} rows checked`);
    if (!report.problems.length) console.log('Nothing to mend.');
    for (const problem of report.problems) {
      console.log(`\n${problem.message} (${problem.count})`);
      for (const example of problem.examples) console.log(`  ${example}`);
    }
  });
}

async function publish(name: string, options: CommonOptions): Promise<void> {
  const published = await overLong(options, async (connection) => {
    const job = unwrap(await connection.client.POST('/api/v1/datasets/{name}/publish', { params: { path: { name } } }));
    const { result } = await followJob(connection, job, options.json === true);
    return result as { products: number; withoutPhoto: number };
  });
  print(options.json, published, () => {
    const { products, withoutPhoto } = published;
    console.log(
      `${counted(products, 'product')} listed${withoutPhoto ? `, ${withoutPhoto} without their photo` : ''}.`,
    );
  });
}

/** `vitrine data import | list | show | check | publish | delete`. */
export function dataCommands(program: Command): void {
  const data = program.command('data').description('data sets: import, look at, check');
  withCommon(data.command('import').description(`import a data set; formats: ${FORMATS.join(', ')}`))
    .argument('<format>', FORMATS.join(' | '))
    .argument('<path>', 'file, folder or archive (zip, tar)')
    .requiredOption('--name <name>', 'what to call the data set')
    .option(
      '--map <field=column...>',
      'which column holds title, description, label, image, id, price, currency, brand, colour or stock',
    )
    .option('--images <dir>', 'folder of the images (default: beside the file)')
    .option('--labels <file>', 'labels, when they stand in a second file not found by its name')
    .option('--names <file>', 'JSON file: category names by code')
    .option(
      '--split <a,b,c>',
      'shares of train, validation and test (default: 0.8,0.1,0.1; of large sets less is held out)',
    )
    .option('--seed <n>', 'seed of the split')
    .option('--delimiter <char>', 'column separator (default: found out)')
    .option('--encoding <name>', 'text encoding (default: found out)')
    .action(importData);
  withCommon(data.command('list').description('all data sets')).action(list);
  withCommon(data.command('show').description('one data set'))
    .argument('<name>')
    .option('--rejected', 'the rows the import refused, and why')
    .action(show);
  withCommon(data.command('check').description('duplicates, broken images, rare classes, suspected label errors'))
    .argument('<name>')
    .action(check);
  withCommon(data.command('publish').description('list its rows as products of the shop'))
    .argument('<name>')
    .action(publish);
  withCommon(data.command('delete').description('delete a data set'))
    .argument('<name>')
    .action(async (name: string, options: CommonOptions) => {
      await over(options, async ({ client }) =>
        unwrap(await client.DELETE('/api/v1/datasets/{name}', { params: { path: { name } } })),
      );
      print(options.json, { deleted: name }, () => console.log(`Deleted ${name}.`));
    });
}
