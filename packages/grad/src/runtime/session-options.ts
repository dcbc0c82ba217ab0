import type { InferenceSession } from 'onnxruntime-node';

/**
 * How a model runs: every option of ONNX Runtime's sessions, the usual ones by name, but none of its single runs or of
 * its process. All can be left out.
 */
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
  /**
   * The ONNX Runtime execution providers to use, in order; what the first cannot compute falls to the next. `cpu` and
   * `webgpu` come with the runtime; `cuda` and `tensorrt` need its optional libraries. Default `['cpu']`; see
   * `chooseProvider`.
   */
  readonly providers?: readonly ExecutionProvider[];
  /** How far the runtime rewrites the graph. Default `all`. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  /**
   * Write the time of every operator to a file whose path begins so, when the session is released. Its folder has to
   * exist: without it the runtime writes nothing, and does not say so.
   */
  readonly profile?: string;
  /**
   * Configuration entries of ONNX Runtime by their full key, such as `session.disable_prepacking`; the keys are those of
   * its `onnxruntime_session_options_config_keys.h`. One that it does not know has no effect.
   */
  readonly config?: Readonly<Record<string, string>>;
  /** Options in ONNX Runtime's own words, over all others. */
  readonly raw?: InferenceSession.SessionOptions;
}

/** A provider by its name, or with its options, such as `{ name: 'cuda', deviceId: 1 }`. */
export type ExecutionProvider = string | Readonly<{ name: string } & Record<string, unknown>>;

const ONLY_ERRORS = 3;

export function toOrtOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { threads = 2, arena = true, memoryPattern = false, spinning = false, providers = ['cpu'] } = options;
  const { optimization = 'all', profile, config = {}, raw = {} } = options;
  return {
    executionProviders: [...providers],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: arena,
    enableMemPattern: memoryPattern,
    graphOptimizationLevel: optimization,
    logSeverityLevel: ONLY_ERRORS,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    ...raw,
    extra: { 'session.intra_op.allow_spinning': spinning ? '1' : '0', ...config, ...raw.extra },
  };
}

/** The name of a provider. */
export function providerName(provider: ExecutionProvider): string {
  return typeof provider === 'string' ? provider : provider.name;
}
