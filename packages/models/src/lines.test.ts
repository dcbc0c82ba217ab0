import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from './lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linesIn(text: string): Promise<string[]> {
  const path = join(folder, 'text');
  await writeFile(path, text);
  const lines: string[] = [];
  for await (const line of linesOf(path)) lines.push(line);
  return lines;
}

describe('the lines of a file', () => {
  it('end at line feeds alone, not at the separators that JSON leaves within texts', async () => {
    const texts = ['a\u2028b', 'c\u2029d\u0085e', 'f\rg'];
    const lines = texts.map((text) => JSON.stringify(text));
    expect(await linesIn(`${lines.join('\n')}\n`)).toEqual(lines);
  });

  it('are whole where a chunk ends within one, or within a character', async () => {
    const long = Array.from({ length: 5 }, (_, i) => `${i}${'é🪑'.repeat(20_000)}`);
    expect(await linesIn(long.join('\n'))).toEqual(long);
  });

  it('are none in an empty file, and empty ones stay', async () => {
    expect(await linesIn('')).toEqual([]);
    expect(await linesIn('\n\na')).toEqual(['', '', 'a']);
  });
});
