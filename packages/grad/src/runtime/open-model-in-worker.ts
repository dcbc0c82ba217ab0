import type { ModelProgram, ModelProgramOptions } from './model-program.js';
import type { OnnxModel } from './onnx-model.js';
import { runInWorker } from './run-in-worker.js';
import type { SessionOptions } from './session-options.js';

/** As `openModel`, in a thread of its own, so that runs do not hold up the caller's. */
export async function openModelInWorker(source: Uint8Array | string, session: SessionOptions = {}): Promise<OnnxModel> {
  const options: ModelProgramOptions = { source, session };
  const program = await runInWorker<ModelProgram>(new URL('./model-program.js', import.meta.url), options);
  const { inputs, outputs } = await program.call('describe', null);
  return {
    inputs,
    outputs,
    run: (feeds, names) => program.call('run', { feeds, outputs: names }),
    release: () => program.terminate(),
  };
}
