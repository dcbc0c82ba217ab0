import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSplits, type Ratios } from './split.js';

const rows = fc.array(fc.record({ group: fc.nat(40), label: fc.integer({ min: -1, max: 6 }) }), {
  minLength: 1,
  maxLength: 200,
});
const ratios: Ratios = [0.8, 0.1, 0.1];
const split = (data: { group: number; label: number }[], seed: number, shares = ratios) =>
  assignSplits(
    data.map((_, index) => `id-${index}`),
    data.map(({ group }) => group),
    data.map(({ label }) => label),
    shares,
    seed,
  );

describe('a split', () => {
  it('never cuts a group', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (data, seed) => {
        const splits = split(data, seed);
        const of = new Map<number, string>();
        for (const [index, { group }] of data.entries()) {
          expect(of.get(group) ?? splits[index]).toBe(splits[index]);
          of.set(group, splits[index]!);
        }
      }),
    );
  });

  it('leaves rows of every class to train on', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (data, seed) => {
        const splits = split(data, seed);
        const trained = new Set(data.filter((_, index) => splits[index] === 'train').map(({ label }) => label));
        for (const { label } of data) if (label >= 0) expect(trained).toContain(label);
      }),
    );
  });

  it('depends on the seed alone', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (data, seed) => {
        expect(split(data, seed)).toEqual(split(data, seed));
      }),
    );
    const data = Array.from({ length: 100 }, (_, group) => ({ group, label: 0 }));
    expect(split(data, 1)).not.toEqual(split(data, 2));
  });

  it('cuts each class by the ratios, and many small classes together', () => {
    const large = Array.from({ length: 1000 }, (_, group) => ({ group, label: group % 2 }));
    for (const label of [0, 1]) {
      const own = split(large, 3).filter((_, index) => large[index]!.label === label);
      expect(own.filter((name) => name === 'test')).toHaveLength(50);
      expect(own.filter((name) => name === 'validation')).toHaveLength(50);
    }
    const small = Array.from({ length: 400 }, (_, group) => ({ group, label: Math.floor(group / 4) }));
    const test = split(small, 3).filter((name) => name === 'test').length;
    expect(test).toBeGreaterThanOrEqual(36);
    expect(test).toBeLessThanOrEqual(44);
  });

  it('mostly stays when products are added', () => {
    const before = Array.from({ length: 500 }, (_, group) => ({ group, label: group % 3 }));
    const after = [...before, ...Array.from({ length: 50 }, (_, index) => ({ group: 500 + index, label: index % 3 }))];
    const [old, grown] = [split(before, 9), split(after, 9)];
    const moved = old.filter((name, index) => name !== grown[index]).length;
    expect(moved).toBeLessThan(25);
  });

  it('refuses shares that are none', () => {
    for (const shares of [
      [0.5, 0.1, 0.1],
      [0, 0.5, 0.5],
      [1.2, -0.1, -0.1],
      [Number.NaN, 0.5, 0.5],
    ] as Ratios[])
      expect(() => split([{ group: 0, label: 0 }], 0, shares)).toThrow(expect.objectContaining({ code: 'data.split' }));
  });
});
