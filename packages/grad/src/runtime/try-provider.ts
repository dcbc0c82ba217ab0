import { grad } from '../gradient.js';
import { encodeModel } from '../graph/encode.js';
import { Graph } from '../graph/graph.js';
import { type Model, toModel } from '../graph/model.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { softmaxCrossEntropy } from '../losses/cross-entropy.js';
import { globalAveragePool } from '../ops/average-pool.js';
import { batchNorm } from '../ops/batch-norm.js';
import { conv2d } from '../ops/conv2d.js';
import { linear } from '../ops/linear.js';
import { matmul } from '../ops/matmul.js';
import { maxPool } from '../ops/max-pool.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { sum } from '../ops/sum.js';
import { leavingToCpu } from './cpu-nodes.js';
import type { Feed, Value } from './feeds.js';
import { floatsOf, openModel } from './onnx-model.js';
import { type ExecutionProvider, providerName, type SessionOptions } from './session-options.js';

const [CHANNELS, SIZE, FILTERS, OUT] = [3, 8, 4, 5];

/**
 * Computes on one provider, in this process: convolution, ReLU and matrix product with a gradient, which are compared
 * with the same sums made here in double precision; on any but the CPU also the loss and all gradients of a small
 * network, compared with the CPU's. Returns the largest difference, as a share of the largest value. Throws what the
 * runtime throws.
 */
export async function tryProvider(provider: ExecutionProvider, options: SessionOptions): Promise<number> {
  const there: SessionOptions = { ...options, providers: [provider] };
  const found = await sumsDeviation(there);
  return providerName(provider) === 'cpu' ? found : Math.max(found, await stepDeviation(there));
}

async function sumsDeviation(options: SessionOptions): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', [1, CHANNELS, SIZE, SIZE]);
  const filters = graph.input('filters', [FILTERS, CHANNELS, 3, 3]);
  const weight = graph.input('weight', [FILTERS * SIZE * SIZE, OUT]);
  const hidden = relu(conv2d(x, filters, { padding: 1 }));
  const y = matmul(reshape(hidden, [1, FILTERS * SIZE * SIZE]), weight);
  const [slope] = grad(sum(y), [filters]) as [Tensor];
  const feeds = {
    x: wave(CHANNELS * SIZE * SIZE, 0.7),
    filters: wave(FILTERS * CHANNELS * 9, 1.1),
    weight: wave(FILTERS * SIZE * SIZE * OUT, 0.3),
  } satisfies Record<string, Feed>;
  return deviation(await run(toModel(graph, { y, slope }), feeds, options), expectedValues(feeds));
}

/** Of a training step of a network with what convolutional ones are made of. */
async function stepDeviation(options: SessionOptions): Promise<number> {
  const graph = new Graph({ portable: true });
  const parameters: Tensor[] = [];
  const parameter = (shape: number[]): Tensor => {
    const tensor = graph.input(`parameter${parameters.length}`, shape);
    parameters.push(tensor);
    return tensor;
  };
  const layer = (x: Tensor, filters: number, groups: number): Tensor => {
    const weight = parameter([filters, x.shape[1]! / groups, 3, 3]);
    const y = conv2d(x, weight, { padding: 1, groups, training: true });
    return relu(batchNorm(y, parameter([filters]), parameter([filters])).y);
  };
  const first = layer(graph.input('x', [4, 3, 16, 16]), 10, 1);
  const features = globalAveragePool(layer(maxPool(first, { kernel: 3, stride: 2, padding: 1 }), 10, 2));
  const logits = linear(features, parameter([OUT, 10]), parameter([OUT]));
  const loss = softmaxCrossEntropy(logits, graph.constant(Int32Array.of(0, 1, 2, 3)));
  const gradients = grad(loss, parameters).map((gradient, i): [string, Tensor] => [`gradient${i}`, gradient!]);
  const model = toModel(graph, { loss, ...Object.fromEntries(gradients) });
  const feeds = Object.fromEntries(
    model.inputs.map(({ name, shape }, i) => [name, wave(sizeOf(shape as number[]), 0.7 + 0.1 * i)]),
  );
  const expected = await run(model, feeds, { threads: 1 });
  const values = Object.entries(expected).map(([name, value]) => [name, [...floatsOf(value)]]);
  return deviation(await run(model, feeds, leavingToCpu(model, options)), Object.fromEntries(values));
}

async function run(
  model: Model,
  feeds: Readonly<Record<string, Feed>>,
  options: SessionOptions,
): Promise<Record<string, Value>> {
  const opened = await openModel(encodeModel(model), options);
  try {
    return await opened.run(feeds);
  } finally {
    await opened.release();
  }
}

/** The largest difference, as a share of the largest value expected of the same result. */
function deviation(
  computed: Readonly<Record<string, Value>>,
  expected: Readonly<Record<string, readonly number[]>>,
): number {
  const each = Object.entries(expected).map(([name, wanted]) => {
    const values = floatsOf(computed[name]);
    const scale = Math.max(...wanted.map(Math.abs));
    return Math.max(...wanted.map((value, i) => Math.abs(value - values[i]!) / scale));
  });
  return Math.max(...each);
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
