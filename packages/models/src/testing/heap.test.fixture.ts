import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use, once what nobody needs is gone. */
export function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Different texts of 4,000 characters, as a pasted manual gives. */
export function* longTexts(count: number): Generator<string> {
  for (let index = 0; index < count; index++)
    yield `manual no ${index} ${'of a steel kettle '.repeat(300)}`.slice(0, 4000);
}
