import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Comparison } from './quantize/compare-models.js';

describe('the examples in the README', () => {
  it('train, export, tell the centre from a corner, also in eight bits', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example]) => example!);
    expect(examples[0]!.trimEnd().split('\n').length).toBeLessThanOrEqual(25);

    const folder = await mkdtemp(join(tmpdir(), 'grad-readme-'));
    const file = join(folder, 'example.mjs');
    const code = examples.join('\n').replaceAll('@vitrine/grad', new URL('./index.js', import.meta.url).href);
    await writeFile(file, code);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(file);
    const [[probabilities], [comparison], [served]] = log.mock.calls as [
      [Float32Array],
      [Comparison],
      [Float32Array[]],
    ];
    log.mockRestore();
    await rm(folder, { recursive: true });

    expectCentreInside([...probabilities]);
    expectCentreInside(served.flatMap((values) => [...values]));
    expect(comparison.agreement).toBeGreaterThan(0.95);
  });
});

function expectCentreInside([outsideCentre, insideCentre, outsideCorner, insideCorner]: number[]): void {
  expect(insideCentre).toBeGreaterThan(outsideCentre!);
  expect(outsideCorner).toBeGreaterThan(insideCorner!);
}
