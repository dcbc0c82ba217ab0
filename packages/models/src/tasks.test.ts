import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tasks } from './tasks.js';

describe.each([...tasks.values()])('the settings of $name', ({ configSchema }) => {
  it('each have a title and a sentence for the form that they are filled in with, none twice', () => {
    const { properties = {} } = z.toJSONSchema(configSchema, { io: 'output' });
    const settings = Object.values(properties) as { title?: string; description?: string }[];
    expect(settings.length).toBeGreaterThan(10);
    for (const { title, description } of settings) {
      expect(title).toMatch(/^[A-Z]/);
      expect(description).toMatch(/\.$/);
    }
    expect(new Set(settings.map(({ title }) => title)).size).toBe(settings.length);
  });
});
