import { describe, expect, it } from 'vitest';
import { amountOf, countOf } from './numbers';

describe('an amount', () => {
  it.each([
    ['24.90', 24.9],
    ['24,9', 24.9],
    [' 1000 ', 1000],
    ['0', 0],
    ['1000000000', 1e9],
  ])('is read from %j', (text, amount) => {
    expect(amountOf(text)).toBe(amount);
  });

  it.each(['', '1,000', '1.000', '1,000.50', '1 000', '0x10', '1e3', '-5', '+5', '5.', '.5', 'Infinity', '\u0665'])(
    'is not read from %j',
    (text) => {
      expect(amountOf(text)).toBeUndefined();
    },
  );
});

describe('a count', () => {
  it.each([
    ['12', 12],
    [' 0 ', 0],
  ])('is read from %j', (text, count) => {
    expect(countOf(text)).toBe(count);
  });

  it.each(['', '1,000', '1.000', '1.0', '0x10', '1e3', '-1', '99999999999999999999'])('is not read from %j', (text) => {
    expect(countOf(text)).toBeUndefined();
  });
});
