import { describe, expect, it } from 'vitest';
import { argmaxRows } from '../../../metrics/classification.js';
import { Vocabulary } from '../encoding/vocabulary.js';
import { indexNeighbours, voteOfNeighbours } from './neighbours.js';

const listing = (title: string) => ({ title, description: '' });
const shop = [
  ['red cotton summer dress', 0],
  ['blue cotton summer dress', 0],
  ['green linen summer dress', 0],
  ['leather hiking boots brown', 1],
  ['leather hiking boots black', 1],
  ['rubber rain boots yellow', 1],
  ['summer boots of leather', 2],
  ['cotton summer hat', 2],
] as const;
const listings = shop.map(([title]) => listing(title));
const labels = Int32Array.from(shop, ([, label]) => label);
const vocabulary = Vocabulary.fit(listings, 1000);

function vote(titles: readonly string[], chosen = Int32Array.from(labels.keys())): Float32Array {
  const index = indexNeighbours(vocabulary.encode(listings), chosen, labels, vocabulary.words);
  return voteOfNeighbours(index, vocabulary.encode(titles.map(listing)), 3);
}

describe('the vote of the nearest listings', () => {
  it('goes to the class of those that share words', () => {
    expect([...argmaxRows(vote(['cotton dress', 'hiking boots', 'cotton summer hat']), 3)]).toEqual([0, 1, 2]);
  });

  it('gives log-probabilities that add up to one', () => {
    const scores = vote(['summer dress of leather', '']);
    for (const row of [scores.subarray(0, 3), scores.subarray(3)])
      expect(row.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 5);
  });

  it('falls back on how frequent the classes are where nothing is known', () => {
    const scores = vote(['']);
    expect(scores[0]).toBeCloseTo(scores[1]!, 6);
    expect(scores[2]).toBeLessThan(scores[0]!);
    expect(scores[2]).toBeCloseTo(Math.log((2 + 1 / 3) / 9), 5);
  });

  it('asks the rows chosen only', () => {
    const boots = Int32Array.from([3, 4, 5]);
    expect(argmaxRows(vote(['red cotton summer dress'], boots), 3)[0]).toBe(1);
  });

  it('lets the thirty nearest vote and no more', () => {
    const many = [...Array.from({ length: 40 }, () => 'grey wool socks warm'), 'grey scarf', 'wool scarf'].map(listing);
    const words = Vocabulary.fit(many, 1000);
    const classes = Int32Array.from(many, (_, i) => (i < 40 ? 0 : 1));
    const index = indexNeighbours(words.encode(many), Int32Array.from(many.keys()), classes, words.words);
    const [socks, scarves] = voteOfNeighbours(index, words.encode([listing('grey wool socks warm')]), 2);
    // The scarves share words with it too, but their class has its share of the prior alone.
    expect(Math.exp(scarves!)).toBeLessThan(0.01);
    expect(Math.exp(socks!)).toBeGreaterThan(0.99);
  });
});
