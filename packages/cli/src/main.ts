import { readFileSync } from 'node:fs';
import { ApiError } from '@vitrine/client';
import { VitrineError } from '@vitrine/models/errors';
import { Command } from 'commander';
import { accountCommands } from './commands/accounts.js';
import { collectCommand } from './commands/collect.js';
import { dataCommands } from './commands/data.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { indexCommands } from './commands/index-photos.js';
import { modelsCommands } from './commands/models.js';
import { pipelineCommands } from './commands/pipelines.js';
import { predictCommand } from './commands/predict.js';
import { runsCommands } from './commands/runs.js';
import { startCommands } from './commands/start.js';
import { trainCommand } from './commands/train.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('vitrine')
  .description('Self-hosted product intelligence for online shops.')
  .version(version)
  .showHelpAfterError('(--help lists what there is)')
  .configureHelp({ showGlobalOptions: true });

for (const add of [
  startCommands,
  dataCommands,
  collectCommand,
  trainCommand,
  runsCommands,
  pipelineCommands,
  modelsCommands,
  evaluateCommand,
  predictCommand,
  indexCommands,
  accountCommands,
  doctorCommand,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  await report(error);
}

/** One sentence for people, or the code too with `--json`; a stack only for what should never happen. */
async function report(error: unknown): Promise<void> {
  const known = error instanceof VitrineError || error instanceof ApiError;
  if (process.argv.includes('--json') && known) {
    console.log(
      JSON.stringify({ error: { code: error.code, message: error.message, details: error.details } }, null, 2),
    );
  } else if (known) {
    console.error(`${error.message} (${error.code})`);
  } else {
    const { withoutParameters } = await import('@vitrine/server');
    console.error(withoutParameters(error));
  }
  const cancelled = error instanceof VitrineError && ['cancelled', 'run.cancelled'].includes(error.code);
  process.exitCode = cancelled ? 130 : 1;
}
