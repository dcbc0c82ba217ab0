import { createHash } from 'node:crypto';

const LENGTH = 16;

/**
 * What stands for a text where texts are told apart by the million: the first 128 bits of its SHA-256, as 16 characters.
 * Two of 10⁹ texts share a key with a probability below 10⁻²⁰.
 */
export function textKey(text: string): string {
  // Not as UTF-8, which makes one of all halves of characters, and a text may be cut within one.
  return createHash('sha256').update(Buffer.from(text, 'utf16le')).digest().toString('latin1', 0, LENGTH);
}
