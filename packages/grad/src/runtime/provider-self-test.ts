import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { toModel } from '../graph/model.js';
import type { Tensor } from '../graph/tensor.js';
import { conv2d } from '../ops/conv2d.js';
import { matmul } from '../ops/matmul.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { sum } from '../ops/sum.js';
import type { Feed, Value } from './feeds.js';
import { floatsOf, openModel } from './onnx-model.js';
import { type ExecutionProvider, providerName, type SessionOptions } from './session-options.js';

export interface SelfTest {
  readonly provider: string;
  readonly works: boolean;
  /** A sentence: how it did, or why it cannot be used and what to do. */
  readonly message: string;
}

const [CHANNELS, SIZE, FILTERS, OUT] = [3, 8, 4, 5];
const TOLERANCE = 1e-4;

/** Hints for the providers that need more than this package. */
const REMEDIES: Readonly<Record<string, string>> = {
  webgpu: 'It needs a graphics processor with a Vulkan, Metal or Direct3D 12 driver.',
  cuda: 'It needs an NVIDIA driver and the CUDA libraries of onnxruntime-node (its install script fetches them).',
  tensorrt: 'It needs an NVIDIA driver and the TensorRT libraries of onnxruntime-node.',
};

/**
 * Runs a small graph (convolution, ReLU, matrix product, and the gradient of the filters) on one provider and compares
 * with the same sums made here in double precision. Never throws.
 */
export async function selfTest(provider: ExecutionProvider, options: SessionOptions = {}): Promise<SelfTest> {
  const name = providerName(provider);
  try {
    const deviation = await deviationOf({ ...options, providers: [provider] });
    const works = deviation < TOLERANCE;
    const message = works
      ? `${name} computes correctly (largest deviation ${deviation.toExponential(1)}).`
      : `${name} computes wrong values (largest deviation ${deviation.toExponential(1)}); do not use it here.`;
    return { provider: name, works, message };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { provider: name, works: false, message: [reason, REMEDIES[name]].filter(Boolean).join(' ') };
  }
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

async function deviationOf(options: SessionOptions): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', [1, CHANNELS, SIZE, SIZE]);
  const filters = graph.input('filters', [FILTERS, CHANNELS, 3, 3]);
  const weight = graph.input('weight', [FILTERS * SIZE * SIZE, OUT]);
  const hidden = relu(conv2d(x, filters, { padding: 1 }));
  const y = matmul(reshape(hidden, [1, FILTERS * SIZE * SIZE]), weight);
  const [slope] = grad(sum(y), [filters]) as [Tensor];
  const model = await openModel(encodeModel(toModel(graph, { y, slope })), options);
  try {
    const feeds = {
      x: wave(CHANNELS * SIZE * SIZE, 0.7),
      filters: wave(FILTERS * CHANNELS * 9, 1.1),
      weight: wave(FILTERS * SIZE * SIZE * OUT, 0.3),
    } satisfies Record<string, Feed>;
    const computed = await model.run(feeds);
    const expected = expectedValues(feeds);
    return Math.max(deviation(computed.y, expected.y), deviation(computed.slope, expected.slope));
  } finally {
    await model.release();
  }
}

/** The largest difference, as a share of the largest value expected. */
function deviation(computed: Value | undefined, expected: readonly number[]): number {
  const values = floatsOf(computed);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - values[i]!) / scale));
}

/** Plain numbers of either sign. */
function wave(count: number, frequency: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * frequency));
}

interface Numbers {
  readonly x: Float32Array;
  readonly filters: Float32Array;
  readonly weight: Float32Array;
}

/** What comes out, and the slope of its sum by the filters. */
function expectedValues({ x, filters, weight }: Numbers): { readonly y: number[]; readonly slope: number[] } {
  const y = new Array<number>(OUT).fill(0);
  const slope = new Array<number>(filters.length).fill(0);
  for (let filter = 0; filter < FILTERS; filter++) {
    for (let place = 0; place < SIZE * SIZE; place++) {
      const window = windowAt(x, Math.floor(place / SIZE), place % SIZE);
      const start = filter * window.length;
      const hidden = window.reduce((total, value, i) => total + value * filters[start + i]!, 0);
      if (hidden <= 0) continue;
      const row = (filter * SIZE * SIZE + place) * OUT;
      for (let out = 0; out < OUT; out++) {
        y[out]! += hidden * weight[row + out]!;
        for (let i = 0; i < window.length; i++) slope[start + i]! += window[i]! * weight[row + out]!;
      }
    }
  }
  return { y, slope };
}

/** What a filter sees at a place, in the order of its own numbers; zeros beyond the edges. */
function windowAt(x: Float32Array, row: number, column: number): number[] {
  return Array.from({ length: CHANNELS * 9 }, (_, at) => {
    const [channel, i, j] = [Math.floor(at / 9), Math.floor(at / 3) % 3, at % 3];
    const [y, z] = [row + i - 1, column + j - 1];
    const inside = y >= 0 && y < SIZE && z >= 0 && z < SIZE;
    return inside ? x[(channel * SIZE + y) * SIZE + z]! : 0;
  });
}
