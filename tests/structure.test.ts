import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** An op chooses its lowering by shape, and a lowering is made of elementary ops: one layer in two folders. */
const oneLayer = ['grad/src: lower → ops → lower', 'grad/src: ops → lower → ops'];

/** The package's own modules that a file imports, relative to the sources. */
function importsOf(sources: string, file: string): string[] {
  const text = readFileSync(join(sources, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/|@\/)([^']+)'/g)].map(([, start = '', path = '']) =>
    start === '@/' ? path : relative(sources, join(sources, dirname(file), start + path)),
  );
}

/** Which folders beside it each folder imports, in every folder of the sources. */
function folderImports(sources: string): Map<string, Map<string, Set<string>>> {
  const rooms = new Map<string, Map<string, Set<string>>>();
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.tsx?$/.test(name) && !/\.test\.|\btesting\b/.test(name)))
    for (const target of importsOf(sources, file)) {
      const [from, to] = [file.split('/'), target.split('/')];
      const shared = from.findIndex((part, depth) => part !== to[depth]);
      if (shared < 0 || shared >= from.length - 1 || shared >= to.length - 1) continue;
      const room = from.slice(0, shared).join('/');
      const folders = rooms.get(room) ?? new Map<string, Set<string>>();
      rooms.set(
        room,
        folders.set(from[shared] ?? '', (folders.get(from[shared] ?? '') ?? new Set()).add(to[shared] ?? '')),
      );
    }
  return rooms;
}

/** The shortest way from a folder back to itself. */
function circleFrom(folder: string, imports: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const ways = [[folder]];
  const seen = new Set<string>();
  for (const way of ways)
    for (const next of imports.get(way.at(-1) ?? '') ?? []) {
      if (next === folder) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  return undefined;
}

describe('the folders of a package', () => {
  it.each(readdirSync(packages))('import one way in %s', (name) => {
    const circles: string[] = [];
    for (const [room, imports] of folderImports(join(packages, name, 'src')))
      for (const folder of imports.keys()) {
        const circle = circleFrom(folder, imports);
        if (circle) circles.push(`${join(name, 'src', room)}: ${circle.join(' → ')}`);
      }
    expect(circles.filter((circle) => !oneLayer.includes(circle))).toEqual([]);
  });
});

describe('what a thread runs', () => {
  const files = readdirSync(packages, { recursive: true, encoding: 'utf8' });
  const entries = files.filter((name) => /^[^/]+\/src\/.*\bworker\.ts$/.test(name));

  // Node 24 aborts the whole process when a thread is ended whose first module still waits.
  it.each(entries)('waits for nothing at its top level: %s', (name) => {
    expect(entries.length).toBeGreaterThan(5);
    expect(readFileSync(join(packages, name), 'utf8')).not.toMatch(
      /^(?:await|(?:export )?const [^=]+ = await|try|for await)\b/m,
    );
  });
});
