import { cp, mkdir, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Schemas, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, over, withCommon } from '../command.js';
import { bytes, metric, print, printTable } from '../output.js';
import { type ImportOptions, importModel } from './import-model.js';

function line(model: Schemas['Model']): string {
  return `${model.task}@${model.version} · ${model.stage} · ${model.description} · ${model.primaryMetric} ${metric(model.metrics[model.primaryMetric])}`;
}

async function list(options: CommonOptions & { task?: string }): Promise<void> {
  const models = await over(options, async ({ client }) =>
    unwrap(await client.GET('/api/v1/models', { params: { query: options.task ? { task: options.task } : {} } })),
  );
  print(options.json, models, () => {
    if (!models.length) return console.log('No models yet. Train one: vitrine train classify --data N');
    printTable(
      ['model', 'stage', 'metric', 'data', 'run', 'size', 'what', 'id'],
      models.map((model) => [
        `${model.task}@${model.version}`,
        model.stage,
        `${model.primaryMetric} ${metric(model.metrics[model.primaryMetric])}`,
        model.dataset,
        model.runNumber === null ? '–' : `#${model.runNumber}`,
        bytes(model.bytes),
        model.description,
        model.id,
      ]),
    );
  });
}

async function exportModel(id: string, options: CommonOptions & { to: string }): Promise<void> {
  const to = resolve(options.to);
  const { model } = await over(options, async ({ client }) => {
    const located = unwrap(await client.GET('/api/v1/models/{id}/location', { params: { path: { id } } }));
    await mkdir(to, { recursive: true });
    if ((await readdir(to)).length) throw new VitrineError('cli.export', `${to} is not empty; choose a new folder.`);
    await cp(located.directory, to, { recursive: true });
    return located;
  });
  print(options.json, { model, directory: to }, () => console.log(`${line(model)}\nwritten to ${to}`));
}

async function packModel(
  id: string,
  options: CommonOptions & { to: string; name: string; container?: boolean },
): Promise<void> {
  const to = resolve(options.to);
  const { model, files } = await over(options, async ({ client }) => {
    const located = unwrap(await client.GET('/api/v1/models/{id}/location', { params: { path: { id } } }));
    const { task, version } = located.model;
    if (task !== 'similar')
      throw new VitrineError('cli.model', `A model of ${task} can be exported, not packed; name one of similar.`);
    const { packSimilar } = await import('@vitrine/service');
    const how = { to, name: options.name, version, container: options.container === true };
    return { model: located.model, ...(await packSimilar(located.directory, how)) };
  });
  print(options.json, { model, directory: to, files }, () =>
    console.log(`${line(model)}\nwritten to ${to}; try it: npm pack ${to}, then npm install the file it names`),
  );
}

/** `vitrine models list | show | promote | rollback | export | pack | import | delete`. */
export function modelsCommands(program: Command): void {
  const models = program.command('models').description('model versions: promote, roll back, export, import');
  const one = (command: Command) =>
    withCommon(command).argument('<model>', 'id, task@version, or a task for the one in production');
  withCommon(models.command('list').description('all versions')).option('--task <task>').action(list);
  one(models.command('show').description('one version')).action(async (id: string, options: CommonOptions) => {
    const model = await over(options, async ({ client }) =>
      unwrap(await client.GET('/api/v1/models/{id}', { params: { path: { id } } })),
    );
    print(options.json, model, () => {
      console.log(line(model));
      for (const [name, value] of Object.entries(model.metrics)) console.log(`  ${name.padEnd(24)} ${metric(value)}`);
    });
  });
  one(models.command('promote').description('put a version into production'))
    .option('--force', 'even if it does worse than the one in production')
    .action(async (id: string, options: CommonOptions & { force?: boolean }) => {
      const model = await over(options, async ({ client }) =>
        unwrap(
          await client.POST('/api/v1/models/{id}/promote', {
            params: { path: { id } },
            body: { force: options.force === true },
          }),
        ),
      );
      print(options.json, model, () => console.log(line(model)));
    });
  withCommon(models.command('rollback').description('back to the version before'))
    .argument('<task>')
    .action(async (task: string, options: CommonOptions) => {
      const model = await over(options, async ({ client }) =>
        unwrap(await client.POST('/api/v1/models/{task}/rollback', { params: { path: { task } } })),
      );
      print(options.json, model, () => console.log(line(model)));
    });
  one(models.command('export').description('copy a version’s artifact into a folder'))
    .requiredOption('--to <dir>', 'an empty or new folder')
    .action(exportModel);
  one(
    models
      .command('pack')
      .description('write a version as an npm package: the network, its preprocessing and a typed API'),
  )
    .requiredOption('--to <dir>', 'an empty or new folder')
    .option('--name <name>', 'the package’s name', 'vitrine-similar')
    .option('--container', 'also an HTTP service and what a container is built of')
    .action(packModel);
  withCommon(models.command('import').description('register an exported artifact, or an ONNX encoder from elsewhere'))
    .argument('<what>', 'the folder that export wrote, or "similar" for an encoder')
    .argument('[file]', 'the encoder: ONNX, pictures [N, 3, H, W] to vectors')
    .option('--size <pixels>', 'side of its pictures, where it takes any')
    .option('--mean <r,g,b>', 'of its pictures, in 0–1 (default: ImageNet’s)')
    .option('--std <r,g,b>', 'deviation of its pictures, in 0–1 (default: ImageNet’s)')
    .option('--fit <how>', 'cover: cut to the square (default); contain: pad with white')
    .option('--output <name>', 'the output with the vectors')
    .option('--pool <how>', 'of several vectors for a picture or text: mean (default) or first')
    .option('--text <file>', 'ONNX of its text side, for search by words')
    .option('--tokenizer <file>', 'tokenizer.json of the text side')
    .option('--text-output <name>', 'the text side’s output with the vectors')
    .option('--describe <words>', 'what it is, for the list of models')
    .action(async (what: string, file: string | undefined, options: ImportOptions) => {
      const model = await importModel(what, file, options);
      print(options.json, model, () => console.log(line(model)));
    });
  one(models.command('delete').description('delete a version that is not in production')).action(
    async (id: string, options: CommonOptions) => {
      await over(options, async ({ client }) =>
        unwrap(await client.DELETE('/api/v1/models/{id}', { params: { path: { id } } })),
      );
      print(options.json, { deleted: id }, () => console.log(`Deleted ${id}.`));
    },
  );
}
