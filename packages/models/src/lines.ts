import { createReadStream } from 'node:fs';

/**
 * The lines of a text file, streamed. A line ends at a line feed alone, as in JSON Lines: Node's `readline` also ends one,
 * from Node 24 on, at U+2028 and U+2029, which JSON leaves as they are within texts.
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    lines[0] = begun + lines[0];
    begun = lines.pop() ?? '';
    yield* lines;
  }
  if (begun) yield begun;
}
