import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@vitrine/grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argmaxRows } from '../../../../metrics/classification.js';
import { reporterOf } from '../../../../reporting/events.js';
import type { TextFit } from '../../architecture.js';
import { countNgrams, spellWords } from '../../encoding/ngrams.js';
import { Vocabulary } from '../../encoding/vocabulary.js';
import { fitWords, openWords } from './words.js';

describe('spellWords', () => {
  const listing = { title: 'Crème Brûlée', description: 'of vanilla' };

  it('names words in order by features that are among the n-grams of the listing', () => {
    const { words, characters } = countNgrams(listing);
    const spelt = spellWords(listing, 16);
    expect(spelt.map(([word]) => word)).toEqual(
      ['creme', 'brulee', 'of', 'vanilla'].map((title) => spellWords({ title, description: '' }, 1)[0]![0]),
    );
    for (const feature of spelt.flat()) expect(words.has(feature) || characters.has(feature)).toBe(true);
  });

  it('lets words that begin or end alike share features, and marks letter case', () => {
    const [small, large, other] = ['creme', 'Creme', 'cremes'].map(
      (title) => spellWords({ title, description: '' }, 1)[0]!,
    );
    expect(large).toEqual(expect.arrayContaining(small!));
    expect(large).toHaveLength(small!.length + 1);
    expect(other!.filter((feature) => small!.includes(feature))).toHaveLength(2);
  });

  it('reads the title before the description, and no more words than asked for', () => {
    expect(spellWords(listing, 3)).toEqual(spellWords(listing, 16).slice(0, 3));
    expect(spellWords({ title: '', description: 'of vanilla' }, 16)).toEqual(spellWords(listing, 16).slice(2));
  });
});

/** Listings of the same four words each, of which the first decides the class. */
function listings(count: number) {
  const random = createRandom(3, 'rows');
  const words = ['lamp', 'rug', 'mug', 'boot'];
  const made = Array.from({ length: count }, () => Array.from(random.shuffle(Int32Array.from(words.keys()))));
  return {
    listings: made.map((order) => ({ title: order.map((word) => words[word]).join(' '), description: '' })),
    labels: Int32Array.from(made, ([first]) => first!),
    classes: words,
  };
}

const PLAN = {
  ...{ dim: 16, hidden: 16, lr: 2e-3, tableRate: 50, dropout: 0.1, labelSmoothing: 0, batchSize: 16 },
  epochs: 12,
};

describe('the network that reads words in order', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'words-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const given = listings(600);
  const vocabulary = Vocabulary.fit(given.listings, 1000);
  const { signal } = new AbortController();
  const job = (): TextFit => ({
    ...given,
    training: Int32Array.from({ length: 500 }, (_, row) => row),
    validation: new Int32Array(0),
    config: { architecture: 'bag' },
    context: { reporter: reporterOf(() => {}), seed: 1, signal, engine: { threads: 1 } },
    workDir: directory,
    outputDir: directory,
    onProgress: () => {},
  });

  it('tells apart listings of the same words, which differ in their order alone', async () => {
    await fitWords(job(), vocabulary, PLAN, signal);
    const network = await openWords(directory, vocabulary, { threads: 1 });
    const unseen = given.listings.slice(500);
    const logits = await network.score(unseen);
    const [alone] = await Promise.all([network.score(unseen.slice(0, 1)), network.score([])]);
    await network.close();
    const right = argmaxRows(logits, 4).filter((guess, row) => guess === given.labels[500 + row]).length;
    expect(right).toBeGreaterThan(95);
    alone.forEach((logit, k) => {
      expect(logit).toBeCloseTo(logits[k]!, 4);
    });
  });

  it('stops when cancelled', async () => {
    const cancelling = new AbortController();
    const endless = fitWords(
      { ...job(), workDir: join(directory, 'endless') },
      vocabulary,
      { ...PLAN, epochs: 1e6 },
      cancelling.signal,
    );
    const reason = new Error('cancelled');
    setTimeout(() => cancelling.abort(reason), 500);
    await expect(endless).rejects.toBe(reason);
  });
});
