import { expect, test } from 'vitest';
import { layOut } from './step-layout';

const step = (name: string, ...needs: string[]) => ({ name, needs });

test('steps stand below all that they need, those of one depth beside each other', () => {
  const { placed, lines, rows } = layOut([step('a'), step('b', 'a'), step('c', 'a'), step('d', 'b', 'c', 'a')]);
  expect(placed.map(({ step: { name }, row, x }) => [name, row, x])).toEqual([
    ['a', 0, 0.5],
    ['b', 1, 0.25],
    ['c', 1, 0.75],
    ['d', 2, 0.5],
  ]);
  expect(lines.map(({ key }) => key)).toEqual(['a b', 'a c', 'b d', 'c d', 'a d']);
  expect(rows).toBe(3);
});

test('a need that is not there draws no line', () => {
  expect(layOut([step('a', 'x')])).toMatchObject({ lines: [], rows: 1 });
});
