import { describe, expect, it } from 'vitest';
import { cleanListing, type Usable } from './examples.js';
import { explainText } from './explain.js';

/** The titles that are scored to explain one: each without one of its words. */
async function titlesWithout(title: string): Promise<string[]> {
  const seen: string[] = [];
  const score = async (variants: readonly Usable[]) => {
    for (const { text } of variants) seen.push(text!.title);
    return new Float32Array(2 * variants.length);
  };
  await explainText({ title }, { text: cleanListing(title, '')! }, 0, 2, score);
  return seen.slice(1);
}

describe('explainText', () => {
  it('leaves out whole words', async () => {
    expect(await titlesWithout('smart art')).toEqual([' art', 'smart ']);
  });

  it('leaves out each of the words spelt the same in turn', async () => {
    expect(await titlesWithout('car carpet car')).toEqual([' carpet car', 'car  car', 'car carpet ']);
    expect(await titlesWithout('<b>car</b> carpet <i>car</i>')).toEqual([' carpet car', 'car  car', 'car carpet ']);
  });
});
