import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { VitrineError } from '@vitrine/models/errors';
import { parse, YAMLParseError } from 'yaml';

/** A config with dotted keys only: `{ model: 'fusion', 'model.backbone': 'resnet18', lr: 0.001 }`. */
export type FlatConfig = Record<string, unknown>;

/** Nested maps become dotted keys; lists and scalars stay. */
export function flatten(value: Record<string, unknown>, prefix = ''): FlatConfig {
  const flat: FlatConfig = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner))
      Object.assign(flat, flatten(inner as Record<string, unknown>, `${name}.`));
    else flat[name] = inner;
  }
  return flat;
}

/**
 * A training config from a YAML (or JSON) file and `key=value` words; the words win. Paths are made absolute, as the
 * training may run in another directory.
 * @throws VitrineError `cli.config` when the file is missing or no map, or a word has no `=`
 */
export async function trainingConfig(file: string | undefined, overrides: string[]): Promise<FlatConfig> {
  const config = file ? flatten(await readConfig(file)) : {};
  for (const word of overrides) {
    const at = word.indexOf('=');
    if (at < 1) throw new VitrineError('cli.config', `"${word}" is no setting; write key=value, as in epochs=10.`);
    config[word.slice(0, at)] = parse(word.slice(at + 1)) as unknown;
  }
  for (const key of ['weights', 'model.weights']) {
    const file = config[key];
    if (typeof file === 'string') config[key] = resolve(file);
  }
  return config;
}

async function readConfig(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new VitrineError('cli.config', `The config file ${file} can't be read.`);
  });
  try {
    const value: unknown = parse(text);
    if (value === null || value === undefined) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof YAMLParseError)
      throw new VitrineError('cli.config', `${file} is no valid YAML: ${cause.message}`);
    throw cause;
  }
  throw new VitrineError('cli.config', `${file} must hold settings as "key: value" lines.`);
}
