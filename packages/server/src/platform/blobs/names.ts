import { unknownBlob } from './blob-errors.js';

const keyPattern = /^[0-9a-f]{64}$/;
const namePattern = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** @throws VitrineError `blob.unknown` for what is no SHA-256 in hex */
export function checkedKey(key: string): string {
  if (!keyPattern.test(key)) throw unknownBlob(key);
  return key;
}

/** @throws Error for a name that could lead out of the store */
export function checkedName(name: string): string {
  if (!namePattern.test(name)) throw new Error(`“${name}” is no name for a stored directory.`);
  return name;
}
