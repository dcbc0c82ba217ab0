import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, overLong, withCommon } from '../command.js';
import { trainingConfig } from '../config.js';
import type { Connection } from '../connection.js';
import { followRun } from '../follow.js';
import { maxSeed, whole } from '../input.js';
import { duration, metric, print } from '../output.js';

interface TrainOptions extends CommonOptions {
  data: string;
  config?: string;
  seed?: string;
  promote?: boolean;
  detach?: boolean;
}

async function train(task: string, overrides: string[], options: TrainOptions): Promise<void> {
  const { seed: seedSetting, ...config } = await trainingConfig(options.config, overrides);
  const given = options.seed ?? seedSetting;
  const seed = given === undefined ? undefined : whole('--seed', String(given), 0, maxSeed);
  const { run, promoted, refusal } = await overLong(options, async (connection) => {
    const { client } = connection;
    if (options.detach && !connection.remote)
      throw new VitrineError(
        'cli.detach',
        'No server runs on this data directory; start one, or train without --detach.',
      );
    const first = (await client.GET('/api/v1/models', { params: { query: { task, stage: 'production' } } })).data ?? [];
    const started = unwrap(
      await client.POST('/api/v1/runs', {
        body: {
          task,
          dataset: options.data,
          config,
          promote: options.promote === true || first.length === 0,
          ...(seed === undefined ? {} : { seed }),
        },
      }),
    );
    if (options.detach) return { run: started, promoted: false, refusal: null };
    const run = await followRun(connection, started, options.json === true);
    const model = run.modelId
      ? unwrap(await client.GET('/api/v1/models/{id}', { params: { path: { id: run.modelId } } }))
      : undefined;
    return { run, promoted: model?.stage === 'production', refusal: await refusalOf(connection, run) };
  });
  print(options.json, { ...run, promoted, refusal }, () => {
    if (options.detach) return console.log(`Run #${run.number} is queued: vitrine runs show ${run.number}`);
    const seconds = (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')) / 1000;
    console.log(`Run #${run.number} finished in ${duration(seconds)}; on the test split:`);
    for (const [name, value] of Object.entries(run.metrics ?? {})) console.log(`  ${name.padEnd(24)} ${metric(value)}`);
    if (refusal) console.log(`It was not promoted. ${refusal}`);
    console.log(
      promoted ? 'The model is in production.' : `The model is a candidate: vitrine models promote ${run.modelId}`,
    );
  });
}

/** Why the model that a run was to promote stays a candidate; null where it was promoted, or was not to be. */
async function refusalOf({ client }: Connection, { id, promote }: Schemas['Run']): Promise<string | null> {
  if (!promote) return null;
  const phases = unwrap(await client.GET('/api/v1/runs/{id}/phases', { params: { path: { id } } }));
  return phases.findLast(({ phase }) => phase === 'promote')?.message ?? null;
}

/** `vitrine train <task> --data N [--config file.yaml] [key=value …]`. */
export function trainCommand(program: Command): void {
  withCommon(program.command('train').description('train a task on a data set'))
    .argument('<task>', 'classify or similar')
    .argument('[key=value...]', 'settings, as in model=resnet18 lr=1e-3')
    .requiredOption('--data <name>', 'data set')
    .option('--config <file>', 'YAML file of settings')
    .option('--seed <n>', 'seed of every random choice')
    .option('--promote', 'put the model into production if it wins (the first model of a task always goes)')
    .option('--detach', 'return at once; a running server goes on')
    .action(train);
}
