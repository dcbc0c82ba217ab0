import { diskError, VitrineError } from '@vitrine/models';

/** How a file system names its errors. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export function unknownBlob(key: string): VitrineError {
  return new VitrineError('blob.unknown', `Nothing is stored as ${key.slice(0, 100)}; it may have been deleted.`, 404);
}

export function corruptBlob(key: string): VitrineError {
  const sentence = `What is stored as ${key.slice(0, 100)} was cut short or changed; restore it from a backup.`;
  return new VitrineError('blob.corrupt', sentence, 500);
}

/** The error people can act on, where the disk is full; any other as it is. */
export function storageError(error: unknown): unknown {
  return diskError(error, 'nothing was stored. Free some space in the data directory, then try again.');
}
