import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, over, overLong, withCommon } from '../command.js';
import { trainingConfig } from '../config.js';
import type { Connection } from '../connection.js';
import { followPipeline } from '../follow.js';
import { maxSeed, whole } from '../input.js';
import { duration, print, printTable } from '../output.js';

type Pipeline = Schemas['Pipeline'];

interface RunOptions extends CommonOptions {
  site?: string;
  data?: string;
  config?: string;
  promote: boolean;
  detach?: boolean;
  schedule?: string;
  timezone: string;
}

const byId = (id: string) => ({ params: { path: { id } } });

async function list(options: CommonOptions & { limit: string }): Promise<void> {
  const query = { limit: whole('--limit', options.limit, 1, 200) };
  const page = await over(options, async ({ client }) =>
    unwrap(await client.GET('/api/v1/pipelines', { params: { query } })),
  );
  print(options.json, page, () => {
    if (!page.items.length) return console.log('No pipelines yet. Start one: vitrine pipelines run similar');
    printTable(
      ['pipeline', 'what', 'state', 'steps done', 'started'],
      page.items.map(({ number, title, state, steps, createdAt }) => {
        const done = steps.filter((step) => step.state === 'succeeded' || step.state === 'skipped').length;
        return [`#${number}`, title, state, `${done} of ${steps.length}`, createdAt];
      }),
    );
  });
}

async function show(id: string, options: CommonOptions & { follow?: boolean; log?: boolean }): Promise<void> {
  const pipeline = await over(options, async (connection) => {
    const found = unwrap(await connection.client.GET('/api/v1/pipelines/{id}', byId(id)));
    return options.follow ? followPipeline(connection, found, options.json === true) : found;
  });
  print(options.json, pipeline, () => describe(pipeline, options.log === true));
}

function describe({ number, title, state, steps }: Pipeline, withLog: boolean): void {
  console.log(`Pipeline #${number} · ${title} · ${state}`);
  for (const step of steps) {
    const took = step.seconds === null ? '' : `  ${duration(step.seconds)}`;
    const tries = step.attempts > 1 ? `  ${step.attempts} attempts` : '';
    const why = step.error?.message ?? (step.state === 'skipped' || step.state === 'running' ? step.message : '');
    console.log(`  ${step.name.padEnd(10)} ${step.state.padEnd(10)}${took}${tries}${why ? `  ${why}` : ''}`);
    if (withLog) for (const { at, level, message } of step.log) console.log(`    ${at} ${level} ${message}`);
  }
}

async function run(task: string, overrides: string[], options: RunOptions): Promise<void> {
  const { seed: seedSetting, ...config } = await trainingConfig(options.config, overrides);
  const seed = seedSetting === undefined ? {} : { seed: whole('seed', String(seedSetting), 0, maxSeed) };
  const { site, data, promote } = options;
  const input = { task, config, promote, ...seed, ...(site ? { site } : {}), ...(data ? { dataset: data } : {}) };
  if (options.schedule) return schedule(input, options.schedule, options);
  const pipeline = await overLong(options, async (connection) => {
    if (options.detach && !connection.remote)
      throw new VitrineError(
        'cli.detach',
        'No server runs on this data directory; start one, or run without --detach.',
      );
    const started = unwrap(await connection.client.POST('/api/v1/pipelines', { body: { kind: 'learn', input } }));
    return options.detach ? started : followPipeline(connection, started, options.json === true);
  });
  print(options.json, pipeline, () => describe(pipeline, false));
}

async function schedule(input: Record<string, unknown>, cron: string, options: RunOptions): Promise<void> {
  const body = { kind: 'pipeline', target: { pipeline: 'learn', input }, cron, timezone: options.timezone };
  const set = await over(options, async ({ client }) => unwrap(await client.POST('/api/v1/schedules', { body })));
  print(options.json, set, () => console.log(`The server begins it next at ${set.nextAt}.`));
}

async function cancel(id: string, options: CommonOptions): Promise<void> {
  const pipeline = await over(options, async ({ client }) =>
    unwrap(await client.POST('/api/v1/pipelines/{id}/cancel', byId(id))),
  );
  print(options.json, pipeline, () => describe(pipeline, false));
}

/** A server goes on with it by itself; without one, this command does. */
async function retry(id: string, step: string | undefined, options: CommonOptions): Promise<void> {
  const again = async ({ client }: Connection) => {
    if (step === undefined) return unwrap(await client.POST('/api/v1/pipelines/{id}/retry', byId(id)));
    const path = { params: { path: { id, name: step } } };
    return unwrap(await client.POST('/api/v1/pipelines/{id}/steps/{name}/retry', path));
  };
  const pipeline = await overLong(options, async (connection) => {
    const begun = await again(connection);
    return connection.remote ? begun : followPipeline(connection, begun, options.json === true);
  });
  print(options.json, pipeline, () => describe(pipeline, false));
}

/** `vitrine pipelines list | show | run | cancel | retry`. */
export function pipelineCommands(program: Command): void {
  const pipelines = program.command('pipelines').description('from a site to a better model in production, by steps');
  withCommon(pipelines.command('list').description('newest first'))
    .option('--limit <n>', 'how many', '20')
    .action(list);
  withCommon(pipelines.command('show').description('one pipeline and its steps, by number or id'))
    .argument('<pipeline>')
    .option('--follow', 'until it ends')
    .option('--log', 'with what its steps said')
    .action(show);
  withCommon(pipelines.command('run').description('collect, make a data set, train, compare, promote, index'))
    .argument('<task>', 'classify or similar')
    .argument('[key=value...]', 'settings of the training, as in epochs=10')
    .option('--site <name>', 'collect this site first')
    .option('--data <name>', 'learn from this data set instead of the catalogue')
    .option('--config <file>', 'YAML file of settings')
    .option('--no-promote', 'leave the model a candidate, also if it wins')
    .option('--detach', 'return at once; a running server goes on')
    .option('--schedule <cron>', 'have the server begin it at these times, as in "0 3 * * *"')
    .option('--timezone <zone>', 'of --schedule', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .action(run);
  withCommon(pipelines.command('cancel').description('stop a pipeline, with what its steps have started'))
    .argument('<pipeline>')
    .action(cancel);
  withCommon(pipelines.command('retry').description('go on at the steps that failed or were cancelled'))
    .argument('<pipeline>')
    .argument('[step]', 'this one alone')
    .action(retry);
}
