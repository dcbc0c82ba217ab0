import { describe, expect, it } from 'vitest';
import { bytes, duration, metric } from './output.js';

describe('figures for people', () => {
  it.each([
    [0.4, '0 s'],
    [59.6, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3840, '1 h 04 min'],
    [-3, '0 s'],
  ])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 KB'],
    [2.5e9, '2.5 GB'],
  ])('%d bytes read %s', (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    [0.94312, '0.9431'],
    [12.3456, '12.35'],
    [null, '–'],
  ])('a metric of %s reads %s', (value, text) => expect(metric(value)).toBe(text));
});
