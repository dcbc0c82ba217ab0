import { describe, expect, it } from 'vitest';
import { wordPlaces } from './word-places.js';

const placesIn = (title: string) => wordPlaces({ title }, 60).map(({ text, start, end }) => [text, start, end]);

describe('wordPlaces', () => {
  it('finds words where they stand alone, not within others', () => {
    expect(placesIn('smart art')).toEqual([
      ['smart', 0, 5],
      ['art', 6, 9],
    ]);
    expect(placesIn('<b>smart</b> art').at(-1)).toEqual(['art', 13, 16]);
  });

  it.each([
    ['tags', '<span>pan</span>', 6],
    ['attributes', '<a class="pan">pan</a>', 15],
    ['comments', '<!-- pan <b> -->pan', 16],
    ['styles', '<style>.pan { top: 0 }</style>pan', 30],
    ['references', '&pan;&amp;pan', 10],
  ])('passes over %s', (_, title, start) => {
    expect(placesIn(title)).toContainEqual(['pan', start, start + 3]);
  });

  it('takes a sign for what it is where it opens no tag', () => {
    expect(placesIn('a < b > c').map(([text]) => text)).toEqual(['a', 'b', 'c']);
  });

  it('leaves out words that only decoding reveals', () => {
    expect(placesIn('caf&eacute; cup').map(([text]) => text)).toEqual(['cup']);
  });

  it('finds its way through a megabyte of open tags', () => {
    expect(placesIn(`mug ${'<script <p'.repeat(100_000)}`)).toEqual([['mug', 0, 3]]);
  });
});
