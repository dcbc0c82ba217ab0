import { describe, expect, it } from 'vitest';
import { textKey } from './text-key.js';

describe('the key of a text', () => {
  it('has 16 characters, however long the text', () => {
    for (const text of ['', 'mug', 'steel kettle '.repeat(1000)]) expect(textKey(text)).toHaveLength(16);
  });

  it('is the same for equal texts, and another for any other: accents, halves of characters', () => {
    const texts = ['mug', 'mug ', 'müg', 'mu\u0308g', 'mug\ud83d', 'mug\ud83e', 'mug🧥'];
    expect(new Set(texts.map(textKey)).size).toBe(texts.length);
    expect(texts.map(textKey)).toEqual(texts.map((text) => textKey(Buffer.from(text, 'utf16le').toString('utf16le'))));
  });
});
