import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reporterOf, type TrainingEvent } from '../../../reporting/events.js';
import { bag } from './bag.js';

vi.mock(import('./linear/regression-thread.js'), () => ({
  trainRegressionInThread: () => Promise.reject(new Error('the linear model failed')),
}));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bag-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('bag', () => {
  it('stops the networks when another expert fails', async () => {
    const events: TrainingEvent[] = [];
    const rows = Int32Array.from({ length: 40 }, (_, row) => row);
    const training = bag.fit({
      listings: Array.from(rows, (row) => ({ title: row % 2 === 0 ? 'coffee mug' : 'leather boots', description: '' })),
      labels: rows.map((row) => row % 2),
      classes: ['mugs', 'boots'],
      training: rows,
      validation: new Int32Array(0),
      epochs: 200,
      config: { architecture: 'bag', dim: 8, hidden: 8 },
      context: {
        reporter: reporterOf((event) => events.push(event)),
        seed: 1,
        signal: new AbortController().signal,
        engine: { threads: 1 },
      },
      workDir: join(directory, 'work'),
      outputDir: join(directory, 'model'),
      onProgress: () => undefined,
    });
    await expect(training).rejects.toThrow('the linear model failed');
    expect(events.filter(({ type }) => type === 'checkpoint').length).toBeLessThan(20);
  });
});
