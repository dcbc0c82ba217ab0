import { basename } from 'node:path';
import { DataError } from '@vitrine/models/errors';
import { columnsIn, MAX_LINE, rowOf, tooLong } from './json-lines.js';
import type { Table } from './table.js';
import type { TextFile } from './text-file.js';

/**
 * Reads a JSON array of objects, an element at a time.
 * @throws DataError `data.json` (while reading) where the array isn't closed
 */
export async function openJsonArray(path: string, text: TextFile): Promise<Table> {
  const columns = await columnsIn(elementsOf(path, text.chunks()));
  let read = 0;
  const onEnd = (end: number) => {
    read = end;
  };
  return {
    columns,
    notes: ['JSON array'],
    fraction: () => Math.min(1, read / Math.max(1, text.length)),
    async *rows() {
      let row = 0;
      for await (const element of elementsOf(path, text.chunks(), onEnd)) yield rowOf(++row, element);
      read = text.length;
    },
  };
}

/** Text of each element of the outermost array. @param onEnd where an element ends in the whole text */
async function* elementsOf(
  path: string,
  chunks: AsyncIterable<string>,
  onEnd?: (end: number) => void,
): AsyncGenerator<string> {
  const state = { depth: 0, quoted: false, escaped: false };
  let [element, passed, count] = ['', 0, 0];
  for await (const chunk of chunks) {
    let from = 0;
    for (const at of marks(chunk, state)) {
      const mark = chunk[at]!;
      if (mark === '[' && state.depth === 1) from = at + 1;
      else if ((mark === ',' && state.depth === 1) || state.depth === 0) {
        const whole = element + chunk.slice(from, at);
        [element, from] = ['', at + 1];
        if (whole.trim()) {
          count++;
          onEnd?.(passed + at);
          yield whole;
        }
        if (state.depth === 0) return;
      }
    }
    element += chunk.slice(from);
    passed += chunk.length;
    if (element.length > MAX_LINE) throw tooLong(path);
  }
  throw new DataError(
    'data.json',
    `${basename(path)} ends after element ${count} without the ] of its array: export it again.`,
  );
}

/** Places of brackets and commas outside strings, with `state.depth` as it is after each; state goes on over chunks. */
function* marks(chunk: string, state: { depth: number; quoted: boolean; escaped: boolean }): Generator<number> {
  const next = /["\\[\]{},]/g;
  if (state.escaped) next.lastIndex = 1;
  state.escaped = false;
  for (let found = next.exec(chunk); found; found = next.exec(chunk)) {
    const [mark] = found;
    if (mark === '\\') {
      next.lastIndex = found.index + 2;
      state.escaped = next.lastIndex > chunk.length;
    } else if (mark === '"') state.quoted = !state.quoted;
    else if (!state.quoted) {
      if (mark === '[' || mark === '{') state.depth++;
      else if (mark !== ',') state.depth--;
      yield found.index;
    }
  }
}
