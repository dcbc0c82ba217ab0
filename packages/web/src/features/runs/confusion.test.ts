import { describe, expect, it } from 'vitest';
import { type Confusion, confusedPairs, confusionOf, mostConfused, reportOf, shareOf, zoomed } from './confusion';

/** The figure as the server tells it, with classes `c0`, `c1`, … */
function confusionWith(matrix: number[][]): Confusion {
  const found = confusionOf({ classes: matrix.map((_, k) => `c${k}`), matrix }, new Map());
  if (!found) throw new Error('The matrix is none.');
  return found;
}

const shop = confusionWith([
  [100, 30, 70],
  [5, 45, 0],
  [0, 20, 80],
]);

describe('a part of a confusion matrix', () => {
  it('keeps the rows of a class that its columns leave out: the share is the one of the whole', () => {
    const [, most] = confusedPairs(shop, 2);
    expect(most).toEqual({ row: 0, column: 1, count: 30, share: 0.15 });
    const part = zoomed(shop, [0, 1]);
    expect(part.matrix).toEqual([
      [100, 30],
      [5, 45],
    ]);
    expect(part.support).toEqual([200, 50]);
    expect(shareOf(part, 0, 1)).toBe(0.15);
  });

  it('is one of those most often confused, in the matrix’s order', () => {
    expect(mostConfused(shop, 2)).toEqual([0, 2]);
  });

  it('is filled up with other classes where few are confused', () => {
    const right = confusionWith([
      [9, 0, 0, 0],
      [0, 9, 0, 0],
      [0, 0, 7, 2],
      [0, 0, 0, 9],
    ]);
    expect(mostConfused(right, 3)).toEqual([0, 2, 3]);
  });
});

it('reports each class by all of its rows and all that were taken for it', () => {
  const [first] = reportOf(shop);
  expect(first).toMatchObject({ code: 'c0', support: 200, recall: 0.5, precision: 100 / 105, f1: 200 / 305 });
});
