import { GradError } from '../errors.js';
import { serveProgram } from '../runtime/serve-program.js';
import { moving } from '../runtime/worker-protocol.js';
import type { OpenSource } from './example-source.js';
import { type Batch, makeBatch } from './make-batch.js';

export interface LoaderProgramOptions {
  readonly module: string;
  readonly options: unknown;
  readonly seed: number;
}

/** The methods of a loader's thread. */
export interface LoaderProgram {
  readonly load: (request: { indices: Int32Array; epoch: number }) => Promise<Batch>;
  readonly [method: string]: (argument: never) => unknown;
}

serveProgram(async ({ module, options, seed }: LoaderProgramOptions): Promise<LoaderProgram> => {
  const { open } = (await import(module)) as { open?: OpenSource<unknown> };
  if (typeof open !== 'function') throw new GradError('data', `'${module}' does not export a function 'open'.`);
  const source = await open(options);
  return {
    async load({ indices, epoch }) {
      const batch = await makeBatch(source, indices, seed, epoch);
      return moving(
        batch,
        Object.values(batch.feeds).map(({ buffer }) => buffer as ArrayBuffer),
      );
    },
  };
});
