import { afterEach, describe, expect, it, vi } from 'vitest';
import { doubtfulLabels, hashedWords, type LabelledText } from './label-doubts.js';

const WORDS = { boots: 'leather sole laces ankle', mugs: 'ceramic coffee handle glazed' } as const;

const row = (id: string, label: string, text: string, group: number): LabelledText => ({
  ...{ id, label, group },
  features: hashedWords(text),
});
const ROWS = Array.from({ length: 100 }, (_, i) => {
  const label = i % 2 === 0 ? 'boots' : 'mugs';
  return row(`${i}`, label, `${WORDS[label]} number${i}`, i);
});

afterEach(() => vi.unstubAllGlobals());

describe('doubtfulLabels', () => {
  it('finds the rows whose words speak for another class, most doubtful first', () => {
    const wrong = row('wrong', 'mugs', WORDS.boots, 200);
    const doubts = doubtfulLabels([...ROWS, wrong]);
    expect(doubts).toMatchObject([{ id: 'wrong', label: 'mugs', suggested: 'boots' }]);
  });

  it('neither doubts nor suggests a class of few rows', () => {
    const rare = Array.from({ length: 9 }, (_, i) => row(`rare${i}`, 'lamps', WORDS.boots, 300 + i));
    expect(doubtfulLabels([...ROWS, ...rare])).toEqual([]);
  });

  it('makes room for the classes it judges by alone', () => {
    let made = 0;
    const counted = class extends Float32Array {
      constructor(length: number) {
        super(length);
        made++;
      }
    };
    vi.stubGlobal('Float32Array', counted);
    const single = Array.from({ length: 100 }, (_, i) => row(`single${i}`, `label${i}`, WORDS.mugs, 400 + i));
    doubtfulLabels([...ROWS, ...single]);
    // Two classes, the documents of each word and their weights, in each of five folds.
    expect(made).toBe(5 * 4);
  });
});
