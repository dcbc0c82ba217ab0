import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { VitrineError } from '@vitrine/models/errors';

/** `--map title=productDisplayName` (several, or comma-separated) → `{ title: 'productDisplayName' }`. */
export function mapping(pairs: string[]): Record<string, string> {
  const entries = pairs
    .flatMap((pair) => pair.split(','))
    .map((pair): [string, string] => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new VitrineError(
          'cli.map',
          `"${pair}" is no mapping; write --map field=column, as in --map title=productName.`,
        );
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    });
  return Object.fromEntries(entries);
}

/** The absolute path. @throws VitrineError `cli.path` when nothing is there */
export function existing(path: string): string {
  const full = resolve(path);
  if (!existsSync(full)) throw new VitrineError('cli.path', `There is no file or folder ${path}.`);
  return full;
}

/** The largest seed that trainings and splits take. */
export const maxSeed = 2 ** 31 - 1;

/** A whole number given as text. @throws VitrineError `cli.number` naming the option, when it is none or out of range */
export function whole(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new VitrineError('cli.number', `${option} takes a whole number from ${least} to ${most}, not "${text}".`);
}
