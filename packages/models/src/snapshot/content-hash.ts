import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.js';

/** What names a snapshot: the SHA-256 of its rows, pictures, classes and split. */
export function contentHash({ files, classes, split }: Pick<Manifest, 'files' | 'classes' | 'split'>): string {
  const named = classes.map(({ code, name, parent, rows }) => ({ code, name, parent, rows }));
  const { seed, ratios } = split;
  const content = [files.rows.sha256, files.images?.sha256 ?? null, named, { seed, ratios }];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
