import { describe, expect, it } from 'vitest';
import { calibrate } from './calibration.js';
import { bandOf, foldTwins } from './fold.js';

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const hit = (id: string, degrees: number, image = id) => ({ id, image, vector: at(degrees) });

describe('near-identical hits', () => {
  it('become one, the nearest, that names the others', () => {
    const folded = foldTwins([hit('a', 0), hit('b', 2), hit('c', 40), hit('d', 1), hit('e', 41)], 0.99);
    expect(folded.map(({ hit: { id }, duplicates }) => [id, ...duplicates])).toEqual([
      ['a', 'b', 'd'],
      ['c', 'e'],
    ]);
  });

  it('are those that show one photo, too', () => {
    const withoutVector = { id: 'b', image: 'same', vector: undefined };
    expect(foldTwins([hit('a', 0, 'same'), withoutVector, hit('c', 90)], 0.99)).toHaveLength(2);
  });
});

describe('the band of a hit', () => {
  const found = Array.from({ length: 400 }, (_, index) => {
    const score = index / 400;
    return { score, category: 'boots', same: score > 0.8 || (score > 0.5 && index % 2 === 0) };
  });
  const calibration = calibrate(
    found,
    found.map((pair) => ({ ...pair, score: pair.score / 4, same: false })),
  );

  it('rises with the score: weak, related, close, the same', () => {
    expect([0.1, 0.7, 0.9, 0.99].map((score) => bandOf(calibration, score, 'boots'))).toEqual([
      'weak',
      'related',
      'close',
      'same',
    ]);
  });
});
