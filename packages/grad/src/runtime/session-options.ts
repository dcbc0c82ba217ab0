import type { InferenceSession } from 'onnxruntime-node';

/** How a model runs. */
export interface SessionOptions {
  /** Threads inside an operator. Default 2. One thread makes results independent of the machine's load. */
  readonly threads?: number;
  /** Reuse memory between runs. Default true. */
  readonly arena?: boolean;
  /** Plan memory for repeated shapes; faster at times, at a higher peak. Default false. */
  readonly memoryPattern?: boolean;
  /** The ONNX Runtime execution providers to try, in order. Default `['cpu']`. */
  readonly providers?: readonly string[];
}

const ONLY_ERRORS = 3;

export function toOrtOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { threads = 2, arena = true, memoryPattern = false, providers = ['cpu'] } = options;
  return {
    executionProviders: [...providers],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: arena,
    enableMemPattern: memoryPattern,
    graphOptimizationLevel: 'all',
    logSeverityLevel: ONLY_ERRORS,
  };
}
