import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';

describe('the example in the README', () => {
  it('trains, exports and tells the centre from a corner', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const example = /```ts\n(.*?)```/s.exec(readme)![1]!;
    expect(example.split('\n').length).toBeLessThan(30);

    const folder = await mkdtemp(join(tmpdir(), 'grad-readme-'));
    const file = join(folder, 'example.mjs');
    await writeFile(file, example.replace('@vitrine/grad', new URL('./index.js', import.meta.url).href));
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(file);
    const [outsideCentre, insideCentre, outsideCorner, insideCorner] = log.mock.calls[0]![0] as Float32Array;
    log.mockRestore();
    await rm(folder, { recursive: true });
    expect(insideCentre).toBeGreaterThan(outsideCentre!);
    expect(outsideCorner).toBeGreaterThan(insideCorner!);
  });
});
