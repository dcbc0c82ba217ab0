import { type OnnxModel, openModel } from './onnx-model.js';
import { serveProgram } from './serve-program.js';
import type { SessionOptions } from './session-options.js';
import { moving } from './worker-protocol.js';

export interface ModelProgramOptions {
  readonly source: Uint8Array | string;
  readonly session: SessionOptions;
}

/** The methods of a model in a worker thread. */
export interface ModelProgram {
  readonly describe: (argument: null) => Pick<OnnxModel, 'inputs' | 'outputs'>;
  readonly run: (argument: {
    feeds: Parameters<OnnxModel['run']>[0];
    outputs: readonly string[] | undefined;
  }) => ReturnType<OnnxModel['run']>;
  readonly [method: string]: (argument: never) => unknown;
}

serveProgram(async ({ source, session }: ModelProgramOptions): Promise<ModelProgram> => {
  const model = await openModel(source, session);
  return {
    describe: () => ({ inputs: model.inputs, outputs: model.outputs }),
    run: async ({ feeds, outputs }) => {
      const results = await model.run(feeds, outputs);
      return moving(results, [...new Set(Object.values(results).map(({ data }) => data.buffer as ArrayBuffer))]);
    },
  };
});
