import { describe, expect, it } from 'vitest';
import { whole } from './input.js';

describe('a whole number given to an option', () => {
  it('is taken within its limits', () => {
    expect(whole('--port', '0', 0, 65_535)).toBe(0);
    expect(whole('--port', '65535', 0, 65_535)).toBe(65_535);
  });

  it.each(['', 'abc', '-1', '1.5', '1e3', 'NaN', '65536', '9'.repeat(400)])('is refused by name: "%s"', (text) => {
    expect(() => whole('--port', text, 0, 65_535)).toThrowError(
      expect.objectContaining({ code: 'cli.number', message: expect.stringContaining('--port takes a whole number') }),
    );
  });
});
