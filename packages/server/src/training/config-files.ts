import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { ConfigError, type Task } from '@vitrine/models';

/** The folder of the data directory whose files trainings may be given by name. */
export const weightsFolder = 'weights';

/**
 * Refuses absolute paths in settings that name files: who may start trainings need not be who may read the machine's disk.
 * @throws ConfigError naming the setting
 */
export function refusePaths(task: Task, config: Record<string, unknown>): void {
  for (const [key, name] of filesOf(task, config)) if (isAbsolute(name)) throw unusable(key, name);
}

/**
 * The config with the names of files made absolute: they lie in the directory, and nothing outside it is reached, be it
 * over `..` or a link. Paths that are absolute stay.
 * @throws ConfigError naming the setting whose file is not there
 */
export async function locateFiles(
  task: Task,
  config: Record<string, unknown>,
  directory: string,
): Promise<Record<string, unknown>> {
  const located = { ...config };
  for (const [key, name] of filesOf(task, config))
    if (!isAbsolute(name)) {
      const path = await fileWithin(directory, name);
      if (path === undefined) throw unusable(key, name);
      located[key] = path;
    }
  return located;
}

function filesOf({ configFiles = [] }: Task, config: Record<string, unknown>): [key: string, name: string][] {
  return configFiles.flatMap((key) => {
    const name = config[key];
    return typeof name === 'string' ? [[key, name] as [string, string]] : [];
  });
}

async function fileWithin(directory: string, name: string): Promise<string | undefined> {
  try {
    const root = await realpath(directory);
    const path = await realpath(join(root, name));
    return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function unusable(key: string, name: string): ConfigError {
  return new ConfigError(
    `The setting "${key}" can’t be ${JSON.stringify(name.slice(0, 200))}: it must be the name of a file in the folder ` +
      `"${weightsFolder}" of the server’s data directory. Put the file there, or train from the command line, which takes any path.`,
    { key },
  );
}
