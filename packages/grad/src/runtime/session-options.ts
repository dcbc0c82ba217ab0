import type { InferenceSession } from 'onnxruntime-node';

/** How a model runs. */
export interface SessionOptions {
  /** Threads inside an operator. Default 2. One thread makes results independent of the machine's load. */
  readonly threads?: number;
  /** Reuse memory between runs. Default true. */
  readonly arena?: boolean;
  /** Plan memory for repeated shapes; faster at times, at a higher peak. Default false. */
  readonly memoryPattern?: boolean;
  /**
   * Let idle threads burn their core while they wait for the next operator. Default false: it gains a little on an idle
   * machine and costs several times the time on a shared one, such as a server that trains.
   */
  readonly spinning?: boolean;
  /** The ONNX Runtime execution providers to try, in order. Default `['cpu']`. */
  readonly providers?: readonly string[];
}

const ONLY_ERRORS = 3;

export function toOrtOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { threads = 2, arena = true, memoryPattern = false, spinning = false, providers = ['cpu'] } = options;
  return {
    executionProviders: [...providers],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: arena,
    enableMemPattern: memoryPattern,
    graphOptimizationLevel: 'all',
    logSeverityLevel: ONLY_ERRORS,
    extra: { session: { intra_op: { allow_spinning: spinning ? '1' : '0' } } },
  };
}
