import { createReadStream } from 'node:fs';

/**
 * The lines of a text file, streamed. A line ends at a line feed alone, as in JSON Lines: Node's `readline` also ends one,
 * from Node 24 on, at U+2028 and U+2029, which JSON leaves as they are within texts.
 * @param onText told of the text as it is read, line ends included
 */
export async function* linesOf(path: string, onText?: (text: string) => void): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    onText?.(chunk);
    const lines = chunk.split('\n');
    lines[0] = begun + lines[0];
    begun = lines.pop() ?? '';
    yield* lines;
  }
  if (begun) yield begun;
}
