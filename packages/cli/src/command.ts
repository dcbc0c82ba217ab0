import type { Command } from 'commander';
import { type Connection, connect } from './connection.js';

/** Options every command has. */
export interface CommonOptions {
  dataDir?: string;
  json?: boolean;
}

/** Adds `--data-dir` and `--json`. */
export function withCommon(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'data directory (default: VITRINE_DATA_DIR, else ./vitrine-data)')
    .option('--json', 'print the answer as JSON');
}

/** Runs one action over a connection and closes it, whatever happens. */
export function over<T>(options: CommonOptions, action: (connection: Connection) => Promise<T>): Promise<T> {
  return act(options, action, false);
}

/** The same for what takes long: other commands on the data directory go through this one meanwhile. */
export function overLong<T>(options: CommonOptions, action: (connection: Connection) => Promise<T>): Promise<T> {
  return act(options, action, true);
}

async function act<T>(
  options: CommonOptions,
  action: (connection: Connection) => Promise<T>,
  share: boolean,
): Promise<T> {
  const connection = await connect(options.dataDir, share);
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}
