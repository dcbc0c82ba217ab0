import { VitrineError } from '@vitrine/models';
import { describe, expect, it } from 'vitest';
import { parseSite } from './config.js';

function refusal(config: string): VitrineError {
  try {
    parseSite(config);
  } catch (error) {
    if (error instanceof VitrineError) return error;
  }
  throw new Error('The config was taken.');
}

describe('a config', () => {
  it.each([
    ['name: [', 'YAML'],
    ['name: x\nstart: &a [*a]', 'YAML'],
    ['name: x', 'start'],
    ['name: x\nstart: [https://shop.example]\nlisting: { links: { css: a, json: b } }', 'exactly one'],
    ['name: x\nstart: [https://shop.example]\nproduct: { url: "(" }', 'regular expression'],
    ['name: x\nstart: [https://shop.example]\nlisting: { links: "a[" }', 'listing.links: “a[” is no CSS selector'],
    ['name: x\nstart: [https://shop.example]\nlisting: { next: [a, ":nope"] }', 'next.1: “:nope” is no CSS selector'],
    ['name: x\nstart: [https://shop.example]\nlisting: { items: { css: "::x" } }', 'items.css: “::x” is no CSS'],
    [
      'name: x\nstart: [https://shop.example]\nproduct: { fields: { name: [{ json: a, in: "b[" }] } }',
      'name.0.in: “b[” is no CSS selector',
    ],
    ['name: x\nstart: [file:///etc/passwd]', 'address'],
    ['name: x\nstart: [https://shop.example]\nlimit: 3', 'limit'],
  ])('%j is refused with what is wrong', (config, said) => {
    expect(refusal(config)).toMatchObject({ code: 'collect.config', message: expect.stringContaining(said) });
  });
});
