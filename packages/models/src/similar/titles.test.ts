import { describe, expect, it } from 'vitest';
import { TitleWords } from './titles.js';

/** So many titles of each kind. */
const titles = (count: number, ...kinds: string[]) =>
  kinds.flatMap((kind) => Array.from({ length: count }, () => kind));

describe('the words of titles', () => {
  it('are those that recur and do not stand everywhere; each title shares 1 among its own', () => {
    const words = TitleWords.fit(titles(6, 'Acme <b>Blue</b> Shirt', 'ACME red cap 42', 'Acme Shoes'));
    expect(words?.size).toBe(5);
    const targets = words!.targets(['A red shoe and shoes', 'blue', 'Ties, 42', undefined]);
    const rows = [0, 1, 2, 3].map((row) => [...targets.subarray(row * 5, row * 5 + 5)].sort());
    expect(rows).toEqual([
      [0, 0, 0, 0.5, 0.5],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  it('are none where no word recurs, or most photos have no title', () => {
    expect(TitleWords.fit(['Shirt', 'Shoes', 'Tie', 'Hat', 'Belt', 'Scarf'])).toBeUndefined();
    const untitled = Array.from({ length: 30 }, () => undefined);
    expect(TitleWords.fit([...untitled, ...titles(6, 'Red shirt', 'Blue shoes')])).toBeUndefined();
  });
});
