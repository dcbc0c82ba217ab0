import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { VitrineError } from './errors.js';

/** What the numerical engine runs on: its sessions take it as it is. */
export const engineSchema = z.object({
  threads: z.number().int().positive(),
  /** ONNX Runtime's execution providers, in order. */
  providers: z.array(z.string()).readonly(),
  /** Keep memory between runs. */
  arena: z.boolean(),
});
export type Engine = z.infer<typeof engineSchema>;

const providers = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml'] as const;
const THREADS = 'VITRINE_THREADS must be a whole number from 1 to 1024: the threads of the numerical engine.';
const PROVIDER = `VITRINE_PROVIDER must be one of: ${providers.join(', ')}.`;
const ARENA = 'VITRINE_ARENA must be on (memory is kept between runs) or off (it is given back after each).';

const settingsSchema = z.object({
  threads: z.coerce.number(THREADS).int(THREADS).min(1, THREADS).max(1024, THREADS).optional(),
  provider: z.enum(providers, PROVIDER).default('cpu'),
  arena: z.enum(['on', 'off'], ARENA).default('on'),
});

/** As people write them; what is left out has its default. */
export interface EngineSettings {
  threads?: string | undefined;
  provider?: string | undefined;
  arena?: string | undefined;
}

/** What the engine runs on here. */
export interface EngineChoice {
  /** For trainings, each in a process of its own: a thread for each core unless said. */
  readonly work: Engine;
  /** For evaluations and lists of inputs, in the server's process beside its models: as many threads. */
  readonly lists: Engine;
  /** For models that answer people, several at once: one thread each unless said. */
  readonly answers: Engine;
  /** Why the provider that was asked for is not used, where it isn't. */
  readonly note?: string;
}

/**
 * Tries the provider that is wanted; where it fails, the CPU is used.
 * @throws VitrineError `engine.setting` for a value that can't be used
 */
export async function chooseEngine(settings: EngineSettings = {}): Promise<EngineChoice> {
  const { success, data, error } = settingsSchema.safeParse(settings);
  if (!success) throw new VitrineError('engine.setting', error.issues[0]?.message ?? error.message);
  const { threads, provider, arena } = data;
  const reason = provider === 'cpu' ? undefined : await refusalOf(provider);
  const chosen = reason ? 'cpu' : provider;
  // ONNX Runtime 1.30 ends a process in which two models compute by WebGPU at the same time.
  const beside = chosen === 'webgpu' ? 'cpu' : chosen;
  const engine = (count: number, name: string): Engine => ({
    threads: threads ?? count,
    providers: [name],
    arena: arena === 'on',
  });
  return {
    work: engine(availableParallelism(), chosen),
    lists: engine(availableParallelism(), beside),
    answers: engine(1, beside),
    ...(reason
      ? { note: `The engine runs on the CPU: VITRINE_PROVIDER=${provider} fails its self-test. ${reason}` }
      : {}),
  };
}

/** Why a provider can't be used here. The runtime is loaded for this alone: a trainer's order needs none. */
async function refusalOf(provider: string): Promise<string | undefined> {
  const { chooseProvider } = await import('@vitrine/grad');
  return (await chooseProvider([provider])).notes[0];
}
