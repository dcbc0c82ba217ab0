import { describe, expect, it } from 'vitest';
import { heapInUse, longTexts } from '../testing/heap.test.fixture.js';
import { Grouping } from './groups.js';

describe('grouping', () => {
  it('keeps under 1 kB of a row on the heap, however long its text', () => {
    const grouping = new Grouping();
    const rows = 600;
    const before = heapInUse();
    for (const text of longTexts(rows)) grouping.add({ text });
    expect((heapInUse() - before) / rows).toBeLessThan(1000);
    expect(grouping.groups().groups).toHaveLength(rows);
  });

  it('joins equal texts, and no others that merely begin alike', () => {
    const grouping = new Grouping();
    for (const text of ['Steel kettle', 'steel  KETTLE!', 'Steel kettle with a whistle', 'Oak table'])
      grouping.add({ text });
    expect([...grouping.groups().groups]).toEqual([0, 0, 1, 2]);
  });

  /** Titles that differ in a few characters, with nothing else alike among other rows. */
  const variants = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `Wooden railway set with a bridge, two trains and ${index} pieces of track`,
    );
  const grouped = (texts: readonly string[]) => {
    const grouping = new Grouping();
    for (const text of texts) grouping.add({ text });
    return grouping.groups();
  };

  it('by resemblance makes no group of over 50 rows in a small set, and tells which rows it so kept apart', () => {
    const { groups, limit, apart } = grouped([...variants(60), 'Steel kettle with a whistle']);
    const sizes = new Map<number, number>();
    for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    expect(limit).toBe(50);
    expect([...sizes.values()].sort((a, b) => a - b).at(-1)).toBe(50);
    expect(apart.rows).toBeGreaterThanOrEqual(10);
    expect(apart.rows).toBeLessThanOrEqual(60);
    for (const [left, right] of apart.examples) expect(groups[left]).not.toBe(groups[right]);
  });

  it('tells of none where the group may hold them all, or where they are copies, of which it may hold any number', () => {
    expect(grouped(variants(50)).apart).toEqual({ rows: 0, examples: [] });
    expect(grouped(Array.from({ length: 60 }, () => 'Oak table')).apart).toEqual({ rows: 0, examples: [] });
  });
});
