import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Schemas, unwrap } from '@vitrine/client';
import type { ImportedEncoder } from '@vitrine/models';
import { VitrineError } from '@vitrine/models/errors';
import { type CommonOptions, over } from '../command.js';
import { existing, whole } from '../input.js';

export interface ImportOptions extends CommonOptions {
  size?: string;
  mean?: string;
  std?: string;
  fit?: string;
  output?: string;
  pool?: string;
  text?: string;
  tokenizer?: string;
  textOutput?: string;
  describe?: string;
}

/** Registers an exported artifact, or an ONNX encoder that was trained elsewhere. */
export async function importModel(
  what: string,
  file: string | undefined,
  options: ImportOptions,
): Promise<Schemas['Model']> {
  if (file === undefined) return register(resolve(what), options);
  if (what !== 'similar')
    throw new VitrineError('cli.task', `Networks from elsewhere can be used for similar, not for "${what}".`);
  const encoder = encoderOf(file, options);
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-import-'));
  try {
    const artifact = join(folder, 'artifact');
    const { importEncoder } = await import('@vitrine/models');
    await importEncoder(encoder, artifact);
    return await register(artifact, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function register(path: string, options: CommonOptions): Promise<Schemas['Model']> {
  return over(options, async ({ client }) => unwrap(await client.POST('/api/v1/models/import', { body: { path } })));
}

function encoderOf(file: string, options: ImportOptions): ImportedEncoder {
  const { text, tokenizer, textOutput } = options;
  if ((text === undefined) !== (tokenizer === undefined))
    throw new VitrineError('cli.option', 'Give --text and --tokenizer together: a text side needs both.');
  return {
    network: existing(file),
    ...(options.size === undefined ? {} : { size: whole('--size', options.size, 8, 1024) }),
    ...(options.mean === undefined ? {} : { mean: numbers('--mean', options.mean) }),
    ...(options.std === undefined ? {} : { deviation: numbers('--std', options.std) }),
    ...(options.fit === undefined ? {} : { fit: oneOf('--fit', options.fit, ['cover', 'contain']) }),
    ...(options.output === undefined ? {} : { output: options.output }),
    ...(options.pool === undefined ? {} : { pool: oneOf('--pool', options.pool, ['mean', 'first']) }),
    ...(text === undefined || tokenizer === undefined
      ? {}
      : {
          text: {
            ...{ network: existing(text), tokenizer: existing(tokenizer) },
            ...(textOutput === undefined ? {} : { output: textOutput }),
          },
        }),
    ...(options.describe === undefined ? {} : { description: options.describe }),
  };
}

function numbers(option: string, text: string): number[] {
  const values = text.split(',').map(Number);
  if (text.trim() && values.every((value) => Number.isFinite(value))) return values;
  throw new VitrineError('cli.option', `${option} takes numbers with commas between them, as in 0.485,0.456,0.406.`);
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new VitrineError('cli.option', `${option} takes one of: ${known.join(', ')}.`);
}
