import { type Measured, unwrap } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import type { Command } from 'commander';
import { type CommonOptions, overLong, withCommon } from '../command.js';
import { followJob } from '../follow.js';
import { metric, print } from '../output.js';

type Split = 'train' | 'validation' | 'test' | 'all';
interface EvaluateOptions extends CommonOptions {
  data: string;
  model?: string;
  split?: Split;
}

function printMetrics(metrics: Record<string, number>): void {
  for (const [name, value] of Object.entries(metrics)) console.log(`  ${name.padEnd(24)} ${metric(value)}`);
}

/** A set the model was trained on is measured on its test split, any other set on all its rows. */
async function evaluate(task: string, options: EvaluateOptions): Promise<void> {
  const answer = await overLong(options, async (connection) => {
    const { client } = connection;
    const id = options.model ?? task;
    const model = unwrap(await client.GET('/api/v1/models/{id}', { params: { path: { id } } }));
    if (model.task !== task) throw new VitrineError('cli.model', `${id} is a model of ${model.task}, not of ${task}.`);
    const set = unwrap(await client.GET('/api/v1/datasets/{name}', { params: { path: { name: options.data } } }));
    const split = options.split ?? (model.snapshot !== null && model.snapshot === set.snapshot ? 'test' : 'all');
    const started = unwrap(
      await client.POST('/api/v1/models/{id}/evaluate', {
        params: { path: { id: model.id } },
        body: { dataset: options.data, split },
      }),
    );
    const job = await followJob(connection, started, options.json === true);
    return { task, model: `${model.task}@${model.version}`, data: options.data, split, ...(job.result as Measured) };
  });
  print(options.json, answer, () => {
    console.log(`${answer.model} on ${answer.data} (${answer.split === 'all' ? 'all rows' : `${answer.split} split`})`);
    printMetrics(answer.metrics);
    if (!answer.learntFrom) return;
    console.log('The model has learnt from these rows too, so that it does better on them than on any others.');
    if (!answer.recorded) return;
    console.log('On its test split, before it learnt from that:');
    printMetrics(answer.recorded);
  });
}

/** `vitrine evaluate <task> --data N [--model M]`. */
export function evaluateCommand(program: Command): void {
  withCommon(program.command('evaluate').description('measure a model on a data set'))
    .argument('<task>', 'classify or similar')
    .requiredOption('--data <name>', 'data set')
    .option('--model <model>', 'id or task@version (default: the one in production)')
    .option('--split <split>', 'train, validation, test or all (default: test for the set it was trained on, else all)')
    .action(evaluate);
}
