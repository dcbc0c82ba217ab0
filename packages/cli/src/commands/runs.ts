import { type Schemas, unwrap } from '@vitrine/client';
import type { Command } from 'commander';
import { type CommonOptions, over, overLong, withCommon } from '../command.js';
import { followRun } from '../follow.js';
import { whole } from '../input.js';
import { metric, print, printTable } from '../output.js';

type Run = Schemas['Run'];

async function list(options: CommonOptions & { task?: string; limit: string }): Promise<void> {
  const page = await over(options, async ({ client }) =>
    unwrap(
      await client.GET('/api/v1/runs', {
        params: {
          query: { limit: whole('--limit', options.limit, 1, 200), ...(options.task ? { task: options.task } : {}) },
        },
      }),
    ),
  );
  print(options.json, page, () => {
    if (!page.items.length) return console.log('No runs yet. Start one: vitrine train classify --data N');
    printTable(
      ['run', 'task', 'data', 'state', 'metric', 'started'],
      page.items.map((run) => [`#${run.number}`, run.task, run.dataset, stateOf(run), primary(run), run.startedAt]),
    );
  });
}

function stateOf(run: Run): string {
  return run.state === 'running' ? `running ${Math.round(run.fraction * 100)} %` : run.state;
}

function primary(run: Run): string {
  const value = run.metrics?.[run.primaryMetric];
  return value === undefined ? '–' : `${run.primaryMetric} ${metric(value)}`;
}

async function show(id: string, options: CommonOptions & { follow?: boolean }): Promise<void> {
  const { run, logs } = await over(options, async (connection) => {
    const path = { params: { path: { id } } };
    const found = unwrap(await connection.client.GET('/api/v1/runs/{id}', path));
    const run = options.follow ? await followRun(connection, found, options.json === true) : found;
    return { run, logs: unwrap(await connection.client.GET('/api/v1/runs/{id}/logs', path)) };
  });
  print(options.json, { ...run, logs }, () => {
    console.log(
      `Run #${run.number} · ${run.task} on ${run.dataset} · ${stateOf(run)} · seed ${run.seed} · snapshot ${run.snapshot.slice(0, 12)}`,
    );
    if (run.message) console.log(run.message);
    if (run.error) console.log(`${run.error.code}: ${run.error.message}`);
    for (const [key, value] of Object.entries((run.config ?? {}) as Record<string, unknown>))
      console.log(`  ${key} = ${JSON.stringify(value)}`);
    for (const [name, value] of Object.entries(run.metrics ?? {})) console.log(`  ${name.padEnd(24)} ${metric(value)}`);
    for (const entry of logs.slice(-20)) console.log(`  ${entry.at} ${entry.level} ${entry.message}`);
  });
}

async function compare(ids: string[], options: CommonOptions): Promise<void> {
  const table = await over(options, async ({ client }) =>
    unwrap(await client.GET('/api/v1/runs/compare', { params: { query: { ids: ids.join(',') } } })),
  );
  print(options.json, table, () => {
    const rows = [
      ...table.config
        .filter((row) => row.differs)
        .map((row) => [row.key, ...row.values.map((value) => JSON.stringify(value) ?? '–')]),
      ...table.metrics.map((row) => [
        row.name,
        ...row.values.map((value, index) => `${metric(value)}${index === row.best ? ' *' : ''}`),
      ]),
    ];
    printTable(['', ...table.runs.map((run) => `#${run.number} ${run.dataset}`)], rows);
  });
}

/** `vitrine runs list | show | compare | cancel | resume`. */
export function runsCommands(program: Command): void {
  const runs = program.command('runs').description('trainings, past and present');
  withCommon(runs.command('list').description('newest first'))
    .option('--task <task>')
    .option('--limit <n>', 'how many', '20')
    .action(list);
  withCommon(runs.command('show').description('one run, by number or id'))
    .argument('<run>')
    .option('--follow', 'until it ends')
    .action(show);
  withCommon(runs.command('compare').description('settings that differ, and metrics side by side'))
    .argument('<runs...>')
    .action(compare);
  for (const verb of ['cancel', 'resume'] as const) {
    withCommon(runs.command(verb).description(`${verb} a run`))
      .argument('<run>')
      .action(async (id: string, options: CommonOptions) => {
        const run = await overLong(options, async (connection) => {
          const found = unwrap(await connection.client.POST(`/api/v1/runs/{id}/${verb}`, { params: { path: { id } } }));
          return verb === 'resume' && !connection.remote ? followRun(connection, found, options.json === true) : found;
        });
        print(options.json, run, () => console.log(`Run #${run.number} is ${run.state}.`));
      });
  }
}
