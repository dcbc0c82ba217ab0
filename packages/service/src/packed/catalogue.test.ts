import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalogue, CatalogueError, readCatalogue } from './catalogue.js';

describe('a catalogue of vectors', () => {
  it('finds the nearest by angle, whatever the lengths, best first', () => {
    const catalogue = new Catalogue([
      { id: 'north', vector: [0, 7] },
      { id: 'east', vector: [0.1, 0] },
      { id: 'north-east', vector: [2, 2] },
    ]);
    const found = catalogue.nearest([0.2, 1], 2);
    expect(found.map(({ id }) => id)).toEqual(['north', 'north-east']);
    expect(found[0]?.score).toBeCloseTo(1 / Math.hypot(0.2, 1), 6);
  });

  it('gives of equal ones the first, and none where there are none', () => {
    const twins = new Catalogue(['a', 'b', 'c'].map((id) => ({ id, vector: [1, 1] })));
    expect(twins.nearest([1, 0], 2).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(new Catalogue([]).nearest([1, 2, 3])).toEqual([]);
  });

  it('finds every product as its own nearest, with a score that no other exceeds', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true }).map(Math.fround);
    const vector = fc.array(value, { minLength: 4, maxLength: 4 }).filter((v) => Math.hypot(...v) > 1e-3);
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 30 }), (vectors) => {
        const catalogue = new Catalogue(vectors.map((v, i) => ({ id: String(i), vector: v })));
        for (const v of vectors) {
          const [best, ...others] = catalogue.nearest(v, vectors.length);
          expect(best?.score).toBeCloseTo(1, 5);
          for (const other of others) expect(other.score).toBeLessThanOrEqual(best!.score);
        }
      }),
    );
  });

  it.each([
    ['lengths that differ', [[1, 2], [1]]],
    ['zeros alone', [[0, 0]]],
    ['what is no number', [[Number.NaN, 1]]],
  ])('refuses %s', (_, vectors) => {
    expect(() => new Catalogue(vectors.map((vector, i) => ({ id: `p${i}`, vector })))).toThrow(CatalogueError);
  });

  it('refuses a query of another model', () => {
    const catalogue = new Catalogue([{ id: 'a', vector: [1, 0] }]);
    expect(() => catalogue.nearest([1, 0, 0])).toThrow('must come from one model');
  });
});

describe('a file of vectors', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const written = async (text: string) => {
    await writeFile(join(folder, 'vectors.jsonl'), text);
    return readCatalogue(join(folder, 'vectors.jsonl'));
  };

  it('is read line by line, without the photos that had no vector', async () => {
    const catalogue = await written(
      '{"id":"a","vector":[1,0]}\r\n\n{"id":"b","error":{"code":"x"}}\n{"id":3,"vector":[0,1]}',
    );
    expect(catalogue.size).toBe(2);
    expect(catalogue.nearest([0, 1], 1)[0]?.id).toBe('3');
  });

  it.each(['{"id":"a","vector":[1,0]}\n{"id":', '{"id":"a","vector":[1,0]}\n[1,2]', '{"id":"a","vector":[1,0]}\nnull'])(
    'names the line that is none: %s',
    async (text) => {
      await expect(written(text)).rejects.toThrow('Line 2');
    },
  );
});
