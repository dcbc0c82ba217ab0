import { type ExecutionProvider, providerName, type SessionOptions } from './session-options.js';
import { tryApart } from './try-apart.js';
import { tryProvider } from './try-provider.js';
import type { Outcome } from './try-provider-program.js';

export interface SelfTest {
  readonly provider: string;
  readonly works: boolean;
  /** A sentence: how it did, or why it cannot be used and what to do. */
  readonly message: string;
}

const TOLERANCE = 1e-3;
/** The first run of a graphics processor translates all its programs. */
const PATIENCE_MS = 120_000;

/** What the providers that come with a system or need more than this package need. */
const NEEDS: Readonly<Record<string, string>> = {
  webgpu: 'it needs a graphics processor with a Vulkan, Metal or Direct3D 12 driver.',
  cuda: 'it needs an NVIDIA driver and the CUDA libraries of onnxruntime-node (its install script fetches them).',
  tensorrt: 'it needs an NVIDIA driver and the TensorRT libraries of onnxruntime-node.',
  coreml: 'it needs macOS.',
  dml: 'it needs Windows with DirectX 12.',
};
const UNKNOWN = 'ONNX Runtime has it not on this system; cpu works on all.';

/**
 * Computes a few sums on one provider, and on any but the CPU a training step of a small network, and compares with what
 * must come out. Another provider is tried in a process of its own: a driver may end the one that asks it. Never throws.
 */
export async function selfTest(provider: ExecutionProvider, options: SessionOptions = {}): Promise<SelfTest> {
  const name = providerName(provider);
  const program = new URL('./try-provider-program.js', import.meta.url);
  return verdict(
    name,
    await (name === 'cpu' ? here(provider, options) : tryApart(program, { provider, options }, PATIENCE_MS)),
  );
}

/** What is made of a trial. */
export function verdict(provider: string, outcome: Outcome): SelfTest {
  if ('reason' in outcome) {
    const message = `${provider} cannot be used here: ${NEEDS[provider] ?? UNKNOWN} What happened: ${shortened(outcome.reason)}`;
    return { provider, works: false, message };
  }
  // What is no number is no agreement either.
  const works = outcome.deviation < TOLERANCE;
  const found = `largest deviation ${outcome.deviation.toExponential(1)}`;
  const message = works
    ? `${provider} computes correctly (${found}).`
    : `${provider} computes wrong values (${found}); do not use it here.`;
  return { provider, works, message };
}

export interface ProviderChoice {
  /** The first wanted provider that passes the test, otherwise `cpu`: to be given to `providers`. */
  readonly provider: ExecutionProvider;
  /** Why those wanted more are not used; empty when the first one is. */
  readonly notes: readonly string[];
}

/** Tries the providers wanted in order and falls back to the CPU, saying why. */
export async function chooseProvider(
  wanted: readonly ExecutionProvider[],
  options: SessionOptions = {},
): Promise<ProviderChoice> {
  const notes: string[] = [];
  for (const provider of wanted) {
    const { works, message } = await selfTest(provider, options);
    if (works) return { provider, notes };
    notes.push(message);
  }
  return { provider: 'cpu', notes: notes.length ? [...notes, 'The CPU is used instead.'] : notes };
}

function here(provider: ExecutionProvider, options: SessionOptions): Promise<Outcome> {
  return tryProvider(provider, options).then(
    (deviation) => ({ deviation }),
    (error: unknown) => ({ reason: String(error) }),
  );
}

const LONGEST = 200;

/** The runtime's reasons begin with the place in its sources and the condition that did not hold. */
function shortened(reason: string): string {
  const words = reason.split(' was false. ').at(-1)!.replaceAll(/\s+/g, ' ').trim();
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
